/// What is stored, how long, and whom to ask.
enum PrivacyPage {
    static func make(settings: WebSettings, inEnglish: Bool) throws -> Page {
        let privacy = settings.privacy
        let values: [String: Any] = [
            "bot": settings.botName, "mark": BridgeMark.small, "icon": BridgeMark.icon, "style": PageStyle.reading,
            "messageDays": String(privacy.messageDays), "conversationDays": String(privacy.conversationDays),
            "controller": privacy.controller ?? "", "hasController": privacy.controller != nil,
            "contact": privacy.contact ?? "", "hasContact": privacy.contact != nil, "isDemo": settings.isDemo,
        ]
        return try Page(
            template: inEnglish ? english : vietnamese, values: values, styles: [PageStyle.reading])
    }

    private static func head(lang: String, title: String, other: String, otherLang: String, otherName: String)
        -> String
    {
        """
        <!doctype html>
        <html lang="\(lang)"><head><meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
        <meta name="theme-color" content="#1b3157"><title>\(title) · {{bot}}</title>
        <link rel="icon" href="{{{icon}}}"><style>{{{style}}}</style></head>
        <body><div class="top"><nav><a href="/">{{{mark}}}{{bot}}</a><a class="language" href="\(other)" lang="\(otherLang)">\(otherName)</a></nav></div>
        <main class="prose"><h1>\(title)</h1>
        """
    }

    private static let vietnamese =
        head(lang: "vi", title: "Quyền riêng tư", other: "/privacy?lang=en", otherLang: "en", otherName: "English")
            + """
            <p class="trial">Dịch vụ đang chạy thử. Xin đừng gửi thông tin thật của trẻ em hay của ai khác.{{#isDemo}} <b>Đây là bản trình diễn: không ai đọc tin báo gửi ở đây.</b>{{/isDemo}}</p>
            <h2>Ai trả lời</h2>
            <p>Một máy trả lời tự động. Máy chỉ đề xuất; việc ảnh hưởng tới quyền của anh/chị hay của cháu do người xem xét. Lúc nào cũng có thể gõ “gặp người thật”.</p>
            <h2>Chúng tôi giữ gì</h2>
            <ul>
            <li><b>Nội dung tin nhắn</b>: mã hoá khi lưu, giữ {{messageDays}} ngày rồi xóa bằng cách huỷ khoá.</li>
            <li><b>Câu chuyện đang dở</b> (đang hỏi gì, đã chọn gì): xóa sau {{conversationDays}} ngày không ai nhắn tiếp.</li>
            <li><b>Đăng ký lớp</b>: tên gọi, lớp của cháu, lớp đã chọn; giữ đến khi xong lớp và thời hạn báo cáo.</li>
            <li><b>Tin báo về bạo lực</b>: chỉ người được giao việc đọc được, và mỗi lần đọc đều ghi lại.</li>
            <li><b>Nhật ký kỹ thuật</b>: giờ, loại yêu cầu, kết quả; không có lời nhắn, tên hay số điện thoại.</li>
            </ul>
            <p>Chúng tôi không dùng cookie, không quảng cáo, không hỏi vị trí, không gửi lời nhắn cho công ty nào để huấn luyện máy.</p>
            <h2>Trên máy của anh/chị</h2>
            <p>Trang trò chuyện chỉ nhớ trong thẻ trình duyệt đang mở và quên khi đóng thẻ. Máy dùng chung thì bấm “Kết thúc và xóa” khi xong. Khi nhắn qua Zalo hay ứng dụng khác, ứng dụng đó cũng thấy lời nhắn và giữ theo quy định riêng của họ.</p>
            <h2>Quyền của anh/chị và của trẻ em</h2>
            <p>Luật Bảo vệ dữ liệu cá nhân (số 91/2025/QH15) và Nghị định 356/2025/NĐ-CP, áp dụng từ ngày 01/01/2026, cho anh/chị quyền biết dữ liệu nào đang được giữ, xem, sửa, nhận bản sao, rút lại đồng ý, yêu cầu hạn chế hoặc xóa, và khiếu nại. Yêu cầu được trả lời trong 2 ngày làm việc và thực hiện trong khoảng 10 đến 20 ngày tuỳ việc.</p>
            <p>Cha mẹ hoặc người giám hộ thực hiện các quyền này thay trẻ. Khi tính mạng, sức khoẻ của trẻ bị đe doạ, việc báo tin và hỗ trợ không phải chờ ai đồng ý.</p>
            <h2>Hỏi ai</h2>
            {{#hasController}}<p>Đơn vị chịu trách nhiệm: {{controller}}.</p>{{/hasController}}
            {{#hasContact}}<p>Liên hệ: {{contact}}.</p>{{/hasContact}}
            {{^hasController}}<p>Bản thử này chưa có đơn vị chịu trách nhiệm được công bố, vì vậy chưa dùng cho dữ liệu thật.</p>{{/hasController}}
            <p><a href="/chat">Về trang trò chuyện</a></p></main></body></html>
            """

    private static let english =
        head(lang: "en", title: "Privacy", other: "/privacy", otherLang: "vi", otherName: "Tiếng Việt") + """
            <p class="trial">This service is on trial. Please send no real information about children or anybody else.{{#isDemo}} <b>This is a demonstration: nobody reads reports that are sent here.</b>{{/isDemo}}</p>
            <h2>Who answers</h2>
            <p>A machine answers. It only proposes; whatever touches your rights or a child's is looked at by people. You can always write “talk to a person”.</p>
            <h2>What we keep</h2>
            <ul>
            <li><b>Messages</b>: encrypted at rest, kept {{messageDays}} days, then erased by destroying their key.</li>
            <li><b>The unfinished conversation</b> (what was asked, what was chosen): erased after {{conversationDays}} days without a message.</li>
            <li><b>Enrolments</b>: the child's name and grade and the chosen class, until the class and its reporting period are over.</li>
            <li><b>Reports of violence</b>: only people in charge can read them, and each reading is recorded.</li>
            <li><b>Technical logs</b>: time, kind of request, result; no messages, names or telephone numbers.</li>
            </ul>
            <p>We use no cookies and no advertising, ask for no location, and give no messages to any company to train machines.</p>
            <h2>On your device</h2>
            <p>The chat page remembers only within the open browser tab and forgets when the tab is closed. On a shared device press “End and erase” when you are done. If you write through Zalo or another app, that app sees the messages too and keeps them under its own rules.</p>
            <h2>Your rights and the child's</h2>
            <p>Viet Nam's Personal Data Protection Law (No. 91/2025/QH15) and Decree 356/2025/NĐ-CP, in force since 1 January 2026, give you the right to know what is kept, to see and correct it, to receive a copy, to withdraw consent, to have it restricted or erased, and to complain. A request is answered within 2 working days and carried out within about 10 to 20 days depending on its kind.</p>
            <p>Parents or guardians exercise these rights for a child. Where a child's life or health is threatened, reporting and help wait for nobody's consent.</p>
            <h2>Whom to ask</h2>
            {{#hasController}}<p>Responsible: {{controller}}.</p>{{/hasController}}
            {{#hasContact}}<p>Contact: {{contact}}.</p>{{/hasContact}}
            {{^hasController}}<p>No responsible organisation has been announced for this trial, so it is not used for real data yet.</p>{{/hasController}}
            <p><a href="/chat">Back to the chat</a></p></main></body></html>
            """
}
