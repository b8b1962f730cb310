import JSON

/// The web chat: one page with everything in it.
enum ChatPage {
    /// - Parameter hasReporters: whether reporters can come back at `/r`.
    static func make(settings: WebSettings, hasReporters: Bool) throws -> Page {
        let values: [String: Any] = [
            "bot": settings.botName, "place": settings.placeName, "mark": BridgeMark.small, "span": BridgeMark.wide,
            "icon": BridgeMark.icon, "style": style, "script": script, "isDemo": settings.isDemo,
            "hasReporters": hasReporters, "origin": settings.publicURL.map(SameOrigin.origin) ?? "",
            "messageDays": String(settings.privacy.messageDays), "hotlines": settings.hotlines.map(\.values),
        ]
        return try Page(template: template, values: values, styles: [style], scripts: [script])
    }

    /// Texts in Vietnamese stand in the page itself, so that it can be read before (or without) the script; those
    /// marked `data-t` are replaced when another language is chosen.
    private static let template = #"""
        <!doctype html>
        <html lang="vi"><head><meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content">
        <meta name="theme-color" content="#1b3157"><meta name="format-detection" content="telephone=no">
        <title>{{bot}}</title><link rel="icon" href="{{{icon}}}"><style>{{{style}}}</style></head>
        <body data-bot="{{bot}}" data-place="{{place}}" data-demo="{{#isDemo}}yes{{/isDemo}}" data-days="{{messageDays}}" data-origin="{{origin}}" data-mailbox="{{#hasReporters}}yes{{/hasReporters}}">
        <a class="skip" href="#text" data-t="skip">Tới ô nhắn tin</a>
        <div id="app">
        <header>
          <div class="bar">
            <a class="brand" href="/" aria-label="{{bot}}">{{{mark}}}<span><b>{{bot}}</b><small data-t="role">Trợ lý tự động · chạy thử</small></span></a>
            <div class="actions">
              <button id="language" type="button" lang="en"><span class="long">English</span><span class="short" aria-hidden="true">EN</span></button>
              <button id="end" type="button"><svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d="M4 7h16M9.5 7V4.5h5V7M6.5 7l1 12.5h9l1-12.5M10.5 11v5M13.5 11v5"/></svg><span data-t="end">Kết thúc và xóa</span></button>
            </div>
          </div>
          <div class="side" aria-hidden="true">{{{span}}}</div>
          <section class="urgent" aria-labelledby="urgent-title">
            <h2 id="urgent-title" data-t="urgent">Gặp nguy hiểm, gọi ngay</h2>
            <ul class="hotlines">{{#hotlines}}<li><a href="tel:{{number}}"><b>{{number}}</b><span data-vi="{{name}}" data-en="{{english}}">{{name}}</span></a></li>{{/hotlines}}</ul>
          </section>
          <div class="about"><p data-t="shared">Cuộc trò chuyện chỉ được nhớ trong thẻ này. Máy dùng chung thì bấm “Kết thúc và xóa” khi xong.</p><p>{{#hasReporters}}<a href="/r" data-t="mailbox" data-language>Xem tin đã báo</a> · {{/hasReporters}}<a href="/privacy" data-t="privacy" data-language>Quyền riêng tư</a></p></div>
        </header>
        <main>
          {{#isDemo}}<p class="demo" data-t="demo">Bản trình diễn: không ai đọc tin báo gửi ở đây.</p>{{/isDemo}}
          <div id="scroll" tabindex="0" aria-label="Cuộc trò chuyện" data-label="conversation">
            <ol id="log" role="log" aria-live="polite" aria-relevant="additions"></ol>
            <div id="typing" hidden><span class="beat" aria-hidden="true"><i></i><i></i><i></i><i></i><i></i></span><span class="unseen" data-t="typing">Đang trả lời</span></div>
          </div>
          <button id="newer" type="button" hidden data-t="newer">Tin mới ở dưới</button>
          <p id="state" role="status" hidden></p>
          <form id="composer" autocomplete="off">
            <label class="unseen" for="text" data-t="write">Nhắn tin</label>
            <textarea id="text" rows="1" maxlength="4000" enterkeyhint="send" placeholder="Nhắn tin…" data-placeholder="placeholder"></textarea>
            <button id="send" type="submit" aria-label="Gửi" data-label="send"><svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2.4" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d="M12 19.5V5M5.5 11.5 12 5l6.5 6.5"/></svg></button>
          </form>
        </main>
        </div>
        <dialog id="confirm" aria-labelledby="confirm-title"><form method="dialog">
          <h2 id="confirm-title" data-t="confirmTitle">Kết thúc và xóa?</h2>
          <p data-t="confirmText">Tin nhắn trên máy này sẽ mất và không lấy lại được.</p>
          <button value="erase" class="strong" data-t="confirmYes">Kết thúc và xóa</button>
          <button value="stay" data-t="confirmNo" autofocus>Ở lại</button>
        </form></dialog>
        <noscript><div class="noscript"><p>Trang này cần JavaScript. Gặp nguy hiểm xin gọi <a href="tel:111">111</a>, <a href="tel:113">113</a> hoặc <a href="tel:115">115</a>.</p><p lang="en">This page needs JavaScript. In danger please call <a href="tel:111">111</a>, <a href="tel:113">113</a> or <a href="tel:115">115</a>.</p></div></noscript>
        <script>{{{script}}}</script></body></html>
        """#
}
