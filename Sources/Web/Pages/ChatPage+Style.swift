extension ChatPage {
    /// Narrow: header, emergency numbers, conversation, composer from top to bottom. Wide: the header becomes the bank
    /// of the river at the left.
    static let style =
        PageStyle.tokens + #"""

            html,body{height:100%}
            body{overflow:hidden}
            .skip{position:absolute;left:.5rem;top:-4rem;z-index:5;padding:.7rem 1rem;background:var(--surface);border-radius:.5rem}
            .skip:focus{top:.5rem}
            #app{position:fixed;inset:0;height:var(--app,100dvh);display:flex;flex-direction:column}
            header{flex:none;background:var(--indigo-deep);color:var(--on-indigo);
            padding:env(safe-area-inset-top) env(safe-area-inset-right) 0 env(safe-area-inset-left)}
            .bar{display:flex;align-items:center;justify-content:space-between;gap:.5rem;padding:.45rem .5rem .45rem .8rem;border-bottom:3px solid var(--gold)}
            .brand{display:flex;align-items:center;gap:.55rem;min-width:0;min-height:2.75rem;text-decoration:none}
            .brand svg{flex:none;width:2.1rem;height:2.1rem}
            .brand b{display:block;font-size:1.1rem;line-height:1.25;letter-spacing:.005em}
            .brand small{display:block;font-size:.78rem;line-height:1.3;color:var(--on-indigo-soft)}
            .actions{display:flex;flex:none;gap:.25rem}
            .actions button{display:inline-flex;align-items:center;justify-content:center;gap:.4rem;min-width:2.75rem;min-height:2.75rem;
            padding:0 .6rem;border:0;border-radius:.75rem;background:none;color:inherit;font:600 .9rem/1.2 var(--type);cursor:pointer}
            .actions button:hover{background:rgb(255 255 255/.12)}
            .actions svg{width:1.35rem;height:1.35rem}
            .short{display:none}
            #end span{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
            header :focus-visible{outline-color:var(--gold)}
            .side,.about{display:none}
            .urgent{display:flex;align-items:center;gap:.75rem;padding:.5rem .8rem;background:var(--alarm-ground);color:var(--alarm);border-bottom:1px solid var(--alarm-line)}
            .urgent h2{flex:none;max-width:6.2rem;margin:0;font-size:.84rem;line-height:1.3;font-weight:700}
            .urgent .hotlines{flex:1;min-width:0;grid-template-columns:repeat(auto-fit,minmax(3.6rem,1fr));gap:.35rem}
            .urgent .hotlines a{min-height:2.9rem;padding:.2rem .25rem;background:var(--surface)}
            .urgent .hotlines span{font-size:.7rem}
            main{position:relative;flex:1;min-height:0;display:flex;flex-direction:column}
            .demo{margin:0;padding:.45rem .9rem;background:var(--gold);color:#1b2537;font-size:.88rem;font-weight:600;line-height:1.4;text-align:center}
            #scroll{flex:1;min-height:0;overflow-y:auto;overscroll-behavior:contain;padding:1rem max(.8rem,env(safe-area-inset-right)) .5rem max(.8rem,env(safe-area-inset-left))}
            #scroll:focus-visible{outline-offset:-3px}
            #log{display:flex;flex-direction:column;gap:.5rem;max-width:46rem;margin:0 auto;padding:0;list-style:none}
            #log li{display:flex;flex-direction:column;align-items:flex-start;max-width:100%}
            #log li.me{align-items:flex-end}
            .bubble{max-width:min(86%,36rem);padding:.6rem .85rem;border-radius:1.1rem 1.1rem 1.1rem .35rem;background:var(--surface);border:1px solid var(--line);white-space:pre-wrap}
            .me .bubble{border-radius:1.1rem 1.1rem .35rem 1.1rem;background:var(--indigo);border-color:transparent;color:var(--on-indigo)}
            .bubble a{color:inherit;font-weight:600;text-underline-offset:.18em;text-decoration-thickness:1.5px}
            .bot .bubble a{color:var(--accent)}
            .bubble a[href^="tel:"]{white-space:nowrap}
            .meta{margin:.2rem .35rem 0;font-size:.75rem;color:var(--soft)}
            .when{align-self:center;margin:.6rem 0 .35rem;font-size:.78rem;color:var(--soft)}
            .me+.bot,.bot+.me{margin-top:.35rem}
            .failed .bubble{background:var(--surface);border:1.5px dashed var(--alarm);color:var(--ink)}
            .retry{display:inline-flex;align-items:center;min-height:2.75rem;padding:0 .35rem;border:0;background:none;color:var(--alarm);font:600 .9rem/1.3 var(--type);text-decoration:underline;text-underline-offset:.2em;cursor:pointer}
            .choices{display:flex;flex-wrap:wrap;gap:.45rem;width:100%;margin:.5rem 0 .15rem;padding:0;list-style:none}
            .choices button{min-height:2.75rem;max-width:100%;padding:.5rem .95rem;border:1.5px solid var(--accent);border-radius:.9rem;background:var(--surface);
            color:var(--accent);font:600 .97rem/1.35 var(--type);text-align:left;cursor:pointer}
            .choices button:hover:not(:disabled){background:var(--tint)}
            .choices button:active:not(:disabled){transform:translateY(1px)}
            .choices button:disabled{border-color:var(--line);color:var(--soft);background:none;cursor:default}
            .choices button.chosen{background:var(--tint);border-color:var(--accent);color:var(--ink)}
            .choices .urgent-choice{border-color:var(--alarm);color:var(--alarm)}
            .choices .urgent-choice:hover:not(:disabled){background:var(--alarm-ground)}
            #log li.note{align-self:center;align-items:center;max-width:30rem;padding:.25rem .75rem;color:var(--soft);font-size:.85rem;text-align:center}
            #log li.welcome{align-self:stretch;margin-bottom:.5rem;padding:1.05rem 1.1rem 1.1rem;border-radius:1.1rem;background:var(--surface);border:1px solid var(--line)}
            .welcome h1{margin:0 0 .35rem;font-size:1.22rem;line-height:1.35;text-wrap:balance}
            .welcome .choices{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,15rem),1fr))}
            .welcome .choices button{width:100%}
            .welcome p{margin:0 0 .5rem;max-width:60ch}
            .welcome .quiet{color:var(--soft);font-size:.88rem;margin:.75rem 0 0}
            .welcome .quiet a{display:inline-block;margin:-.6rem -.3rem;padding:.6rem .3rem;color:var(--accent);font-weight:600}
            #typing{max-width:46rem;margin:.5rem auto 0}
            .beat{display:inline-flex;align-items:flex-end;gap:.3rem;height:2.3rem;padding:.5rem .9rem .55rem;border:1px solid var(--line);border-radius:1.1rem 1.1rem 1.1rem .35rem;background:var(--surface)}
            .beat i{width:.2rem;border-radius:.1rem;background:var(--accent);height:.45rem;animation:beat 1.3s ease-in-out infinite}
            .beat i:nth-child(2),.beat i:nth-child(4){height:.8rem}.beat i:nth-child(3){height:.95rem}
            .beat i:nth-child(2){animation-delay:.12s}.beat i:nth-child(3){animation-delay:.24s}.beat i:nth-child(4){animation-delay:.36s}.beat i:nth-child(5){animation-delay:.48s}
            @keyframes beat{0%,60%,100%{transform:scaleY(.55);opacity:.55}25%{transform:scaleY(1.1);opacity:1}}
            .beat i{transform-origin:bottom}
            #newer{position:absolute;left:50%;bottom:5.4rem;transform:translateX(-50%);min-height:2.75rem;padding:0 1.1rem;border:0;border-radius:2rem;background:var(--indigo);color:var(--on-indigo);font:600 .9rem/1 var(--type);box-shadow:var(--shadow);cursor:pointer}
            #newer[hidden],#typing[hidden],#state[hidden]{display:none}
            #state{margin:0;padding:.4rem .9rem;background:var(--tint);font-size:.88rem;text-align:center}
            #composer{display:flex;align-items:flex-end;gap:.5rem;width:100%;max-width:48rem;margin:0 auto;
            padding:.6rem max(.8rem,env(safe-area-inset-right)) max(.7rem,env(safe-area-inset-bottom)) max(.8rem,env(safe-area-inset-left))}
            #text{flex:1;min-width:0;min-height:3rem;max-height:9.5rem;padding:.7rem 1rem;border:1.5px solid var(--line);border-radius:1.5rem;background:var(--surface);color:var(--ink);font:400 1.05rem/1.45 var(--type);resize:none}
            #text:focus{outline:none;border-color:var(--focus);box-shadow:0 0 0 1.5px var(--focus)}
            #text::placeholder{color:var(--soft);opacity:1}
            #send{flex:none;display:grid;place-items:center;width:3rem;height:3rem;border:0;border-radius:50%;background:var(--indigo);color:var(--on-indigo);cursor:pointer}
            #send svg{width:1.5rem;height:1.5rem}
            #send:disabled{background:var(--line);color:var(--soft);cursor:default}
            dialog{width:min(25rem,calc(100% - 2rem));padding:1.3rem;border:1px solid var(--line);border-radius:1.1rem;background:var(--surface);color:var(--ink);box-shadow:0 20px 60px rgb(10 20 40/.3)}
            dialog::backdrop{background:rgb(12 22 40/.55)}
            dialog h2{margin:0 0 .4rem;font-size:1.15rem}
            dialog p{margin:0 0 1rem;color:var(--soft)}
            dialog button{width:100%;min-height:3rem;margin-top:.5rem;padding:.4rem 1rem;border:1.5px solid var(--line);border-radius:.9rem;background:none;color:inherit;font:600 1rem/1.3 var(--type);cursor:pointer}
            dialog .strong{background:var(--indigo);border-color:transparent;color:var(--on-indigo)}
            .noscript{position:fixed;inset:auto 0 0;padding:1rem;background:var(--alarm-ground);color:var(--alarm)}
            @media (max-width:479px){.long{display:none}.short{display:inline}}
            @media (max-width:359px){.urgent{padding:.45rem .6rem;gap:.5rem}.urgent h2{max-width:4.4rem;font-size:.78rem}.urgent .hotlines span{font-size:.65rem}.brand small{font-size:.72rem}.brand svg{width:1.8rem;height:1.8rem}.bar{padding-left:.6rem}}
            @media (max-height:480px){.urgent{padding-block:.2rem}.urgent .hotlines a{min-height:2.75rem}}
            @media (max-height:30rem) and (min-width:37.5rem) and (max-width:59.99rem){header{display:flex}.bar{border-bottom:0}.urgent{flex:1}.demo{padding-block:.15rem}}
            @media (min-width:60rem){
            #app{flex-direction:row}
            header{display:flex;flex-direction:column;width:21.5rem;overflow-y:auto}
            .bar{flex-direction:column;align-items:stretch;gap:1rem;padding:1.6rem 1.5rem 0}
            .brand svg{width:2.8rem;height:2.8rem}.brand b{font-size:1.45rem}.brand small{font-size:.88rem}
            .actions{order:2;gap:.5rem}
            .bar{border-bottom:0}
            .actions button{border:1px solid rgb(255 255 255/.28);padding:.3rem .8rem}
            #end{flex:1;white-space:nowrap}
            .short{display:none}
            #end span{position:static;width:auto;height:auto;clip-path:none}
            .side{display:block;order:3;margin-top:auto}.side .span{display:block;width:100%;height:8.5rem}
            .urgent{order:1;flex-direction:column;align-items:stretch;margin:1.4rem 1.5rem 0;padding:1rem;border:1px solid var(--alarm-line);border-radius:1rem}
            .urgent h2{max-width:none;font-size:.95rem}
            .urgent .hotlines{flex:none}
            .urgent .hotlines span{font-size:.75rem}
            .about{display:block;order:2;padding:1.2rem 1.5rem 0;color:var(--on-indigo-soft);font-size:.9rem}.about p{margin:0 0 .7rem}
            #scroll{padding-top:1.8rem}
            .bubble{max-width:min(78%,36rem)}
            #composer{padding-bottom:1.4rem}}
            @media (prefers-reduced-motion:no-preference){#log li.fresh{animation:arrive .22s ease-out}@keyframes arrive{from{opacity:0;transform:translateY(6px)}}}
            @media (prefers-reduced-motion:reduce){.beat i{animation:none}}
            @media (forced-colors:active){.bubble,.choices button,#send{border:1px solid}}
            """#
}
