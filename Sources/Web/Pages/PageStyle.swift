/// What all pages look like.
///
/// Indigo as it is dyed in the west of Thanh Hóa, mist and river; red only where somebody may need help. Contrast of
/// all pairs of text and ground is at least 4.5 to 1 in both schemes.
enum PageStyle {
    static let tokens = #"""
        :root{color-scheme:light dark;
        --ground:#edf1f5;--surface:#fff;--ink:#16243a;--soft:#526179;--line:#cfd8e3;
        --indigo:#274472;--indigo-deep:#1b3157;--on-indigo:#fff;--on-indigo-soft:#cbd9ee;
        --accent:#274472;--tint:#e3ebf6;--gold:#e3a83b;--alarm:#a5281b;--alarm-ground:#fdf0ed;--alarm-line:#eec4bc;--focus:#0b63ce;
        --shadow:0 1px 2px rgb(22 36 58/.07),0 6px 20px rgb(22 36 58/.06);
        --type:"Be Vietnam Pro",system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif}
        @media (prefers-color-scheme:dark){:root{
        --ground:#0e1622;--surface:#18222f;--ink:#e8eef6;--soft:#9fb0c6;--line:#2d3b4e;
        --indigo:#3a629c;--indigo-deep:#14223a;--on-indigo:#fff;--on-indigo-soft:#b9cae3;
        --accent:#a9c8f3;--tint:#22324a;--gold:#e9b85a;--alarm:#ffb4a6;--alarm-ground:#2f1a18;--alarm-line:#64312a;--focus:#8fc1ff;
        --shadow:none}}
        *{box-sizing:border-box}
        body{margin:0;background:var(--ground);color:var(--ink);font:400 1rem/1.55 var(--type);
        -webkit-text-size-adjust:100%;text-size-adjust:100%;overflow-wrap:anywhere}
        a{color:inherit}
        :focus-visible{outline:3px solid var(--focus);outline-offset:2px}
        .unseen{position:absolute;width:1px;height:1px;margin:-1px;padding:0;overflow:hidden;clip-path:inset(50%);white-space:nowrap;border:0}
        .hotlines{display:grid;grid-template-columns:repeat(auto-fit,minmax(5.5rem,1fr));gap:.5rem;margin:0;padding:0;list-style:none}
        .hotlines li{display:flex;min-width:0}
        .hotlines a{flex:1;min-width:0;display:flex;flex-direction:column;align-items:center;justify-content:center;min-height:3rem;padding:.3rem .4rem;
        border-radius:.75rem;background:var(--alarm-ground);border:1px solid var(--alarm-line);color:var(--alarm);
        text-decoration:none;text-align:center;line-height:1.2}
        .hotlines b{font-size:1.15rem;font-variant-numeric:tabular-nums;letter-spacing:.02em}
        .hotlines span{font-size:.75rem;display:-webkit-box;-webkit-box-orient:vertical;-webkit-line-clamp:3;overflow:hidden}
        """#

    /// For pages that are only read.
    static let reading =
        tokens + #"""

            .top{background:var(--indigo-deep);color:var(--on-indigo);padding-top:max(1rem,env(safe-area-inset-top));overflow:hidden}
            .top nav{display:flex;justify-content:space-between;align-items:center;gap:1rem;max-width:64rem;margin:0 auto;padding:0 max(1.25rem,env(safe-area-inset-right)) .75rem max(1.25rem,env(safe-area-inset-left))}
            .top nav a{display:inline-flex;align-items:center;gap:.6rem;min-height:2.75rem;text-decoration:none;font-weight:600}
            .top nav svg{width:2rem;height:2rem}
            .language{padding:0 .9rem;border:1px solid rgb(255 255 255/.35);border-radius:2rem;font-size:.9rem}
            .hero{max-width:64rem;margin:0 auto;padding:clamp(1.5rem,6vw,4rem) max(1.25rem,env(safe-area-inset-right)) 0 max(1.25rem,env(safe-area-inset-left))}
            h1{margin:0;font-size:clamp(1.7rem,1.1rem + 3.2vw,3rem);line-height:1.2;letter-spacing:-.01em;max-width:20ch;text-wrap:balance}
            .hero p{max-width:46ch;color:var(--on-indigo-soft);font-size:1.1rem;margin:.9rem 0 1.5rem}
            .open{display:inline-flex;align-items:center;min-height:3.25rem;padding:0 1.6rem;border-radius:1rem;background:var(--gold);color:#1b2537;font-weight:700;text-decoration:none}
            .span{display:block;width:100%;height:clamp(4.5rem,16vw,11rem);margin-top:1.5rem}
            main{max-width:64rem;margin:0 auto;padding:1.75rem max(1.25rem,env(safe-area-inset-right)) 3rem max(1.25rem,env(safe-area-inset-left))}
            main.prose{max-width:44rem}
            .prose h1{color:var(--ink);margin-bottom:1.25rem}
            h2{font-size:1.15rem;line-height:1.35;margin:2rem 0 .5rem}
            .prose li{margin:.3rem 0}
            .cards{display:grid;gap:1rem;grid-template-columns:repeat(auto-fit,minmax(15rem,1fr));margin:0 0 1.75rem;padding:0;list-style:none}
            .cards li{background:var(--surface);border:1px solid var(--line);border-radius:1rem;padding:1.1rem 1.2rem}
            .cards b{display:block;margin-bottom:.25rem}
            .cards span,.quiet{color:var(--soft)}
            .trial{background:var(--tint);border-left:4px solid var(--gold);border-radius:.5rem;padding:.8rem 1rem;margin:0 0 1.75rem}
            .help{margin:0 0 .6rem;font-weight:600}
            footer{max-width:64rem;margin:0 auto;padding:0 1.25rem max(2rem,env(safe-area-inset-bottom));color:var(--soft);font-size:.9rem}
            """#
}
