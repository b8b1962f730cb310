/// How the reporters' pages look: one column, large type, the way out always in reach.
enum ReporterStyle {
    static let text =
        PageStyle.tokens + #"""

            html{scroll-padding-top:4.5rem}
            body{min-height:100dvh;display:flex;flex-direction:column;font-size:1.0625rem;line-height:1.6}
            header{position:sticky;top:0;z-index:2;display:flex;align-items:center;justify-content:space-between;gap:.75rem;
            padding:max(.5rem,env(safe-area-inset-top)) max(.9rem,env(safe-area-inset-right)) .5rem max(.9rem,env(safe-area-inset-left));
            background:var(--indigo-deep);color:var(--on-indigo);border-bottom:3px solid var(--gold)}
            .brand{display:flex;align-items:center;gap:.55rem;min-width:0}
            .brand svg{flex:none;width:2rem;height:2rem}
            .brand b{font-size:1.1rem;line-height:1.25}
            .exit{min-height:3rem;padding:0 1.15rem;border:0;border-radius:.85rem;background:var(--gold);color:#1b2537;font:700 1.05rem/1.2 var(--type);white-space:nowrap;cursor:pointer}
            header :focus-visible{outline-color:#fff}
            .demo{margin:0;padding:.5rem 1rem;background:var(--gold);color:#1b2537;font-size:.95rem;font-weight:600;line-height:1.4;text-align:center}
            header+.demo{margin-top:-3px;border-top:1px solid rgb(27 37 55/.25)}
            main,footer{width:100%;max-width:36rem;margin:0 auto;padding-inline:max(1.1rem,env(safe-area-inset-right)) max(1.1rem,env(safe-area-inset-left))}
            main{flex:1;padding-block:1.5rem 1.75rem}
            h1{margin:0 0 .6rem;font-size:clamp(1.55rem,1.2rem + 1.8vw,2.1rem);line-height:1.22;letter-spacing:-.01em;text-wrap:balance}
            .lead{margin:0 0 1rem;font-size:1.15rem;line-height:1.5;text-wrap:pretty}
            .quiet{margin:1rem 0 0;color:var(--soft)}
            .ready{margin:0 0 1.25rem;padding:.8rem 1rem;border-left:4px solid var(--gold);border-radius:.5rem;background:var(--tint);font-weight:600}
            .notice{margin:0 0 1.1rem;padding:.8rem 1rem;border-left:4px solid var(--gold);border-radius:.5rem;background:var(--tint);font-weight:600}
            h1+.notice{margin-top:.9rem}
            .notice.bad{border-color:var(--alarm);background:var(--alarm-ground);color:var(--alarm)}
            .status{margin:0 0 1.25rem;padding:0 0 0 1.15rem;border-left:4px solid var(--accent);line-height:1.5}
            .main{display:flex;align-items:center;justify-content:center;width:100%;min-height:3.6rem;padding:.5rem 1.2rem;border:0;border-radius:1rem;
            background:var(--indigo);color:var(--on-indigo);font:700 1.15rem/1.3 var(--type);text-align:center;text-decoration:none;cursor:pointer}
            .main:hover{background:var(--indigo-deep)}
            .main:disabled{background:var(--line);color:var(--soft);cursor:default}
            .second{width:100%;min-height:3.1rem;padding:.4rem 1rem;border:1.5px solid var(--accent);border-radius:1rem;background:var(--surface);color:var(--accent);font:600 1.02rem/1.3 var(--type);cursor:pointer}
            .second:hover{background:var(--tint)}
            .pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,13rem),1fr));gap:.6rem;margin-top:1.1rem}
            label{display:block;margin:1.1rem 0 .35rem;font-weight:700}
            .hint{margin:.35rem 0 0;color:var(--soft);font-size:.95rem;line-height:1.45}
            label+.hint{margin:0 0 .5rem}
            input.key,textarea{display:block;width:100%;padding:.8rem 1rem;border:1.5px solid var(--soft);border-radius:.9rem;background:var(--surface);color:var(--ink)}
            input.key:focus,textarea:focus{outline:none;border-color:var(--focus);box-shadow:0 0 0 1.5px var(--focus)}
            textarea{font:400 1.0625rem/1.55 var(--type);resize:vertical;min-height:8.5rem}
            textarea+.main{margin-top:.8rem}
            .hint+.main{margin-top:1.3rem}
            .key{font-family:ui-monospace,"SF Mono","Roboto Mono","DejaVu Sans Mono",Menlo,Consolas,monospace;font-variant-numeric:tabular-nums slashed-zero}
            input.key{font-size:1.4rem;line-height:1.3;letter-spacing:.06em;text-transform:uppercase}
            input.key::placeholder{color:var(--soft);opacity:.7}
            input.pin{letter-spacing:.3em;max-width:13rem}
            .slip{margin:0 0 1.4rem;border:2px dashed var(--gold);border-radius:1rem;background:var(--surface);box-shadow:var(--shadow)}
            .slip div{padding:1rem 1.2rem}
            .slip div+div{border-top:1px solid var(--line)}
            .slip dt{color:var(--soft);font-size:.95rem;font-weight:600}
            .slip dd{margin:.1rem 0 0;font-size:clamp(1.75rem,8.4vw,2.6rem);line-height:1.25;font-weight:700;letter-spacing:.02em;white-space:nowrap}
            .slip .pin span+span{margin-left:.45em}
            .steps{margin:0 0 1.5rem;padding:0;list-style:none}
            .steps li{position:relative;margin:0 0 .7rem;padding-left:1.35rem}
            .steps li::before{content:"";position:absolute;left:.1rem;top:.58em;width:.55rem;height:.55rem;border-radius:50%;background:var(--gold)}
            .address{display:inline-block;font-size:1.1rem}
            .talk{display:flex;flex-direction:column;gap:.9rem;margin:0 0 1.5rem;padding:0;list-style:none}
            .talk li{align-self:flex-start;max-width:92%;padding:.7rem 1rem;border:1px solid var(--line);border-radius:1.1rem 1.1rem 1.1rem .35rem;background:var(--surface)}
            .talk .own{align-self:flex-end;border-color:transparent;border-radius:1.1rem 1.1rem .35rem 1.1rem;background:var(--tint)}
            .talk p{margin:0}
            .who,.done{color:var(--soft);font-size:.88rem;line-height:1.4}
            .talk .text{margin:.2rem 0;white-space:pre-wrap}
            footer{padding-block:1.1rem max(1.5rem,env(safe-area-inset-bottom))}
            footer section{padding:.9rem 1rem 1rem;border:1px solid var(--alarm-line);border-radius:1rem;background:var(--alarm-ground);color:var(--alarm)}
            footer h2{margin:0 0 .6rem;font-size:1.02rem;line-height:1.35}
            footer .hotlines a{background:var(--surface)}
            footer .hotlines b{font-size:1.3rem}
            .foot{display:flex;flex-wrap:wrap;align-items:center;justify-content:space-between;gap:.5rem 1rem;margin:1rem 0 0;color:var(--soft);font-size:.92rem}
            .language{display:inline-flex;align-items:center;min-height:2.75rem;padding:0 1rem;border:1px solid var(--line);border-radius:2rem;background:none;color:inherit;font:600 .95rem/1.2 var(--type);text-decoration:none;cursor:pointer}
            @media (min-width:60rem){main{padding-top:3rem}footer{padding-bottom:2.5rem}}
            @media (max-height:26rem){header{position:static}}
            @media (forced-colors:active){.main,.exit,.talk li{border:1px solid}}
            """#
}
