import HTTPTypes
import Hummingbird

/// What a person sees who came to the wrong address, or at the wrong moment.
struct ErrorPage: Sendable {
    private let notFound: Page
    private let busy: Page
    private let failed: Page
    private let other: Page

    init(settings: WebSettings) throws {
        notFound = try Self.page(
            settings, "Không có trang này", "Địa chỉ có thể đã đổi hoặc gõ thiếu.",
            "There is no such page. The address may have changed.")
        busy = try Self.page(
            settings, "Xin thử lại sau ít phút", "Hệ thống đang bận hoặc đang khởi động lại.",
            "Please try again in a few minutes: the service is busy or restarting.")
        failed = try Self.page(
            settings, "Có lỗi ở phía hệ thống", "Lỗi đã được ghi lại. Xin thử lại sau.",
            "Something went wrong on our side. It has been recorded; please try again later.")
        other = try Self.page(
            settings, "Yêu cầu này không dùng được", "Xin quay lại trang đầu.",
            "This request cannot be used. Please go back to the first page.")
    }

    func response(for error: WebError) -> Response {
        switch error.status {
        case .notFound: notFound.response(status: error.status)
        case .serviceUnavailable, .tooManyRequests: busy.response(status: error.status)
        case .internalServerError: failed.response(status: error.status)
        default: other.response(status: error.status)
        }
    }

    private static func page(_ settings: WebSettings, _ title: String, _ text: String, _ english: String) throws
        -> Page
    {
        let values: [String: Any] = [
            "title": title, "text": text, "english": english, "bot": settings.botName, "mark": BridgeMark.small,
            "icon": BridgeMark.icon, "style": PageStyle.reading, "hotlines": settings.hotlines.map(\.values),
        ]
        return try Page(template: template, values: values, styles: [PageStyle.reading])
    }

    private static let template = """
        <!doctype html>
        <html lang="vi"><head><meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
        <title>{{title}} · {{bot}}</title><link rel="icon" href="{{{icon}}}"><style>{{{style}}}</style></head>
        <body><div class="top"><nav><a href="/">{{{mark}}}{{bot}}</a></nav></div>
        <main class="prose"><h1>{{title}}</h1><p>{{text}}</p><p class="quiet" lang="en">{{english}}</p>
        <p><a href="/">{{bot}}</a></p>
        <p class="help">Khẩn cấp, gọi ngay · <span lang="en">Emergency</span></p>
        <ul class="hotlines">{{#hotlines}}<li><a href="tel:{{number}}"><b>{{number}}</b><span>{{name}}</span></a></li>{{/hotlines}}</ul>
        </main></body></html>
        """
}
