/// The markup of the reporters' pages.
///
/// Forms have no address of their own: they go to the page's own, so that the address never tells what was done, and
/// the browser's history keeps one entry for all of it.
enum ReporterTemplates {
    static let offer = page(
        #"""
        <h1>{{offerTitle}}</h1>
        {{#busy}}<p class="notice bad" role="alert">{{noticeBusy}}</p>{{/busy}}
        <p class="lead">{{offerLead}}</p>
        <p class="ready">{{offerReady}}</p>
        <form method="post"><input type="hidden" name="do" value="show"><input type="hidden" name="lang" value="{{lang}}"><input type="hidden" name="n" value="{{word}}">
        <button class="main" data-wait="{{wait}}">{{offerButton}}</button></form>
        <p class="quiet">{{offerWatched}}</p>
        {{^isDemo}}<p class="quiet">{{offerAnyway}}</p>{{/isDemo}}
        """#)

    static let receipt = page(
        #"""
        <h1>{{receiptTitle}}</h1>
        <p class="lead">{{receiptLead}}</p>
        <dl class="slip"><div><dt>{{code}}</dt><dd class="key">{{receiptCode}}</dd></div>
        <div><dt>{{pin}}</dt><dd class="key pin">{{#receiptPIN}}<span>{{.}}</span>{{/receiptPIN}}</dd></div></dl>
        <ul class="steps"><li>{{receiptPaper}}</li><li>{{receiptPhoto}}</li>
        <li>{{receiptWhere}} <b class="address">{{address}}</b></li><li>{{receiptNobody}}</li><li>{{receiptLost}}</li></ul>
        <form method="post" class="leaves"><input type="hidden" name="do" value="leave"><input type="hidden" name="lang" value="{{lang}}"><input type="hidden" name="n" value="{{word}}">
        <button class="main">{{receiptDone}}</button></form>
        """#, isPrivate: true)

    static let gone = page(
        #"""
        <h1>{{goneTitle}}</h1>
        <p class="lead">{{goneLead}}</p>
        <p>{{goneHas}}</p>
        <p><a class="main" href="/r">{{enterTitle}}</a></p>
        <p class="quiet">{{goneNot}}</p>
        """#)

    static let enter = page(
        #"""
        <h1>{{enterTitle}}</h1>
        {{#notice}}<p class="notice{{#bad}} bad{{/bad}}" role="alert">{{text}}{{#minutes}} <b>{{minutes}}</b>. {{help}}{{/minutes}}</p>{{/notice}}
        <p class="lead">{{enterLead}}</p>
        <form method="post" autocomplete="off"><input type="hidden" name="do" value="open"><input type="hidden" name="lang" value="{{lang}}"><input type="hidden" name="n" value="{{word}}">
        <label for="c">{{code}}</label>
        <input class="key" id="c" name="c" maxlength="40" placeholder="TH-____-____" autocomplete="off" autocapitalize="characters" autocorrect="off" spellcheck="false" enterkeyhint="next" aria-describedby="ch" required>
        <p class="hint" id="ch">{{codeHint}}</p>
        <label for="p">{{pin}}</label>
        <input class="key pin" id="p" name="p" maxlength="16" inputmode="numeric" autocomplete="off" autocorrect="off" spellcheck="false" enterkeyhint="go" aria-describedby="ph" required>
        <p class="hint" id="ph">{{pinHint}}</p>
        {{#draft}}<label for="t">{{enterDraft}}</label><textarea id="t" name="t" rows="4" maxlength="4000">
        {{.}}</textarea>{{/draft}}
        <button class="main" data-wait="{{wait}}">{{enterButton}}</button></form>
        <p class="quiet">{{enterLost}}</p>
        """#)

    static let mailbox = page(
        #"""
        <h1>{{mailboxTitle}}</h1>
        {{#notice}}<p class="notice{{#bad}} bad{{/bad}}" role="alert">{{text}}</p>{{/notice}}
        {{#status}}<p class="status">{{status}}</p>{{/status}}
        {{#isEmpty}}<p class="quiet">{{mailboxEmpty}}</p>{{/isEmpty}}
        {{#hasMessages}}<ol class="talk">{{#messages}}<li class="{{kind}}"><p class="who">{{who}} · <time datetime="{{machineTime}}">{{time}}</time></p><p class="text">{{text}}</p>{{#isOwn}}<p class="done">✓ {{delivered}}</p>{{/isOwn}}</li>{{/messages}}</ol>{{/hasMessages}}
        {{#isOpen}}<form method="post" autocomplete="off"><input type="hidden" name="do" value="send"><input type="hidden" name="lang" value="{{lang}}"><input type="hidden" name="s" value="{{session}}"><input type="hidden" name="n" value="{{form}}">
        <label for="t">{{writeTitle}}</label>
        <p class="hint" id="th">{{writeHint}}</p>
        <textarea id="t" name="t" rows="5" maxlength="4000" aria-describedby="th">
        {{draft}}</textarea>
        <button class="main" data-wait="{{wait}}">{{sendButton}}</button></form>{{/isOpen}}{{^isOpen}}{{#draft}}<label for="t">{{draftTitle}}</label><textarea id="t" rows="5" readonly>
        {{.}}</textarea>{{/draft}}{{/isOpen}}
        <div class="pair"><form method="post"><input type="hidden" name="do" value="look"><input type="hidden" name="lang" value="{{lang}}"><input type="hidden" name="s" value="{{session}}"><button class="second">{{lookButton}}</button></form>
        <form method="post" class="leaves"><input type="hidden" name="do" value="leave"><input type="hidden" name="lang" value="{{lang}}"><input type="hidden" name="s" value="{{session}}"><button class="second">{{mailboxDone}}</button></form></div>
        <p class="quiet">{{mailboxIdle}}</p>
        """#, isPrivate: true)

    /// - Parameter isPrivate: shows what must not stay on a screen that nobody looks at.
    private static func page(_ content: String, isPrivate: Bool = false) -> String {
        #"""
        <!doctype html>
        <html lang="{{lang}}"><head><meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
        <meta name="theme-color" content="#1b3157"><meta name="robots" content="noindex, nofollow"><meta name="format-detection" content="telephone=no">
        <title>{{bot}}</title><link rel="icon" href="{{{icon}}}"><style>{{{style}}}</style></head>
        <body data-exit="{{exit}}"
        """# + (isPrivate ? #" data-idle="{{idle}}">"# : ">") + #"""
            <header><span class="brand">{{{mark}}}<b>{{bot}}</b></span>
            <form method="post" class="leaves"><input type="hidden" name="do" value="leave"><input type="hidden" name="lang" value="{{lang}}">{{#session}}<input type="hidden" name="s" value="{{session}}">{{/session}}{{#word}}<input type="hidden" name="n" value="{{word}}">{{/word}}
            <button class="exit" title="{{leaveHint}}">{{leave}}</button></form></header>
            {{#isDemo}}<p class="demo">{{demo}}</p>{{/isDemo}}
            <main><p class="notice bad" id="lost" role="alert" hidden>{{lost}}</p>
            """# + "\n" + content + "\n" + #"""
                </main>
                <footer><section aria-labelledby="urgent"><h2 id="urgent">{{urgent}}</h2>
                <ul class="hotlines">{{#hotlines}}<li><a href="tel:{{number}}"><b>{{number}}</b><span>{{name}}</span></a></li>{{/hotlines}}</ul></section>
                <div class="foot">{{#session}}<form method="post"><input type="hidden" name="do" value="look"><input type="hidden" name="lang" value="{{otherLang}}"><input type="hidden" name="s" value="{{session}}"><button class="language" lang="{{otherLang}}">{{otherName}}</button></form>{{/session}}{{#canSwitch}}<a class="language" href="?lang={{otherLang}}" lang="{{otherLang}}">{{otherName}}</a>{{/canSwitch}}<span>{{traceless}}</span></div></footer>
                <script>{{{script}}}</script></body></html>
                """#
    }
}
