/// The first page: what this is, and the way to the chat.
enum LandingPage {
    static func make(settings: WebSettings, inEnglish: Bool) throws -> Page {
        let texts = inEnglish ? english : vietnamese
        var values: [String: Any] = [
            "lang": inEnglish ? "en" : "vi", "bot": settings.botName, "place": settings.placeName,
            "mark": BridgeMark.small, "span": BridgeMark.wide, "icon": BridgeMark.icon, "style": PageStyle.reading,
            "hasChat": settings.webChat != nil, "isDemo": settings.isDemo,
            "hotlines": settings.hotlines.map {
                ["number": $0.number, "name": WebSettings.Hotline.label(inEnglish ? $0.nameInEnglish : $0.name)]
            },
        ]
        values.merge(texts) { known, _ in known }
        return try Page(template: template, values: values, styles: [PageStyle.reading])
    }

    private static var vietnamese: [String: Any] {
        [
            "other": "/?lang=en", "otherName": "English", "otherLang": "en",
            "privacyLink": "/privacy",
            "headline": "Hỏi một câu, nối nhà với trường",
            "lead": "Trợ lý tự động cho phụ huynh, học sinh và nhà trường ở",
            "open": "Mở trò chuyện",
            "trial": "Đang chạy thử: xin đừng dùng cho việc thật. Đây là máy trả lời tự động, không phải người.",
            "demo": "Bản trình diễn: không ai đọc tin báo gửi ở đây.",
            "cards": [
                [
                    "title": "Lớp kỹ năng sống",
                    "text": "Tìm lớp theo xã, theo lứa tuổi, theo ngày; đăng ký hoặc đổi lịch cho con.",
                ],
                [
                    "title": "Báo tin bạo lực học đường",
                    "text": "Kể lại việc đã xảy ra bằng lời của mình. Gặp nguy hiểm thì gọi số khẩn cấp trước.",
                ],
                [
                    "title": "Nhắc lịch của nhà trường",
                    "text": "Nhận nhắc lịch học, lịch họp; muốn dừng lúc nào cũng được.",
                ],
            ],
            "help": "Khẩn cấp, gọi ngay",
            "privacy": "Quyền riêng tư",
        ]
    }

    private static var english: [String: Any] {
        [
            "other": "/", "otherName": "Tiếng Việt", "otherLang": "vi",
            "privacyLink": "/privacy?lang=en",
            "headline": "One question between home and school",
            "lead": "An automatic assistant for parents, pupils and schools in",
            "open": "Open the chat",
            "trial": "This is a trial: please do not use it for real matters. A machine answers here, not a person.",
            "demo": "Demonstration: nobody reads reports that are sent here.",
            "cards": [
                [
                    "title": "Life-skills classes",
                    "text": "Find classes by commune, age and day; enrol your child or change the date.",
                ],
                [
                    "title": "Report school violence",
                    "text": "Say what happened in your own words. In danger, call an emergency number first.",
                ],
                [
                    "title": "Reminders from school",
                    "text": "Be reminded of classes and meetings; stop whenever you like.",
                ],
            ],
            "help": "Emergency, call now",
            "privacy": "Privacy",
        ]
    }

    private static let template = """
        <!doctype html>
        <html lang="{{lang}}"><head><meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
        <meta name="theme-color" content="#1b3157"><title>{{bot}}</title>
        <meta name="description" content="{{lead}} {{place}}">
        <link rel="icon" href="{{{icon}}}"><style>{{{style}}}</style></head>
        <body><div class="top"><nav><a href="/">{{{mark}}}{{bot}}</a><a class="language" href="{{{other}}}" lang="{{otherLang}}">{{otherName}}</a></nav>
        <div class="hero"><h1>{{headline}}</h1><p>{{lead}} {{place}}.</p>{{#hasChat}}<a class="open" href="/chat">{{open}}</a>{{/hasChat}}</div>{{{span}}}</div>
        <main><p class="trial">{{trial}}{{#isDemo}} <b>{{demo}}</b>{{/isDemo}}</p>
        <ul class="cards">{{#cards}}<li><b>{{title}}</b><span>{{text}}</span></li>{{/cards}}</ul>
        <p class="help">{{help}}</p>
        <ul class="hotlines">{{#hotlines}}<li><a href="tel:{{number}}"><b>{{number}}</b><span>{{name}}</span></a></li>{{/hotlines}}</ul></main>
        <footer><a href="{{{privacyLink}}}">{{privacy}}</a></footer></body></html>
        """
}
