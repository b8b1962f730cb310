/// The bridge, drawn by us: an arch that carries a deck by its hangers.
enum BridgeMark {
    /// For headers; takes the colour of the text around it, and gold for the deck.
    static let small = """
        <svg viewBox="0 0 32 32" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" \
        aria-hidden="true" focusable="false"><path d="M3 22C6 4.5 26 4.5 29 22"/>\
        <path d="M9.5 21.5v-9M16 21.5V9.2M22.5 21.5v-9" stroke-width="1.6"/>\
        <path d="M1.5 22.5h29" class="deck" stroke="#e3a83b" stroke-width="2.6"/>\
        <path d="M6 27.5c2.2-1.6 4.4-1.6 6.6 0s4.4 1.6 6.6 0 4.4-1.6 6.6 0" stroke-width="1.6" opacity=".6"/></svg>
        """

    /// The whole span, as wide as the page; three arches over the river.
    static let wide = """
        <svg class="span" viewBox="0 0 1200 180" preserveAspectRatio="xMidYMax slice" fill="none" \
        stroke="#8fa9cf" stroke-linecap="round" aria-hidden="true" focusable="false">\
        <g stroke-width="3"><path d="M-20 126C60 60 180 60 260 126"/><path d="M260 126C400-26 800-26 940 126"/>\
        <path d="M940 126C1020 60 1140 60 1220 126"/></g>\
        <g stroke-width="1.5" opacity=".7"><path d="M40 126V90M80 126V80M120 126V77M160 126V80M200 126V90\
        M320 126V75M380 126V45M440 126V26M500 126V16M560 126V12M600 126V12M640 126V12M700 126V16M760 126V26M820 126V45M880 126V75\
        M1000 126V90M1040 126V80M1080 126V77M1120 126V80M1160 126V90"/></g>\
        <path d="M-20 128H1220" stroke="#e3a83b" stroke-width="5"/>\
        <g stroke-width="7" opacity=".85"><path d="M260 131v49M940 131v49"/></g>\
        <g stroke-width="2" opacity=".35"><path d="M-20 162c40-12 80-12 120 0s80 12 120 0 80-12 120 0 80 12 120 0 80-12 120 0 80 12 120 0 80-12 120 0 80 12 120 0 80-12 120 0 80 12 120 0 80-12 120 0 80 12 120 0"/>\
        <path d="M-60 176c40-12 80-12 120 0s80 12 120 0 80-12 120 0 80 12 120 0 80-12 120 0 80 12 120 0 80-12 120 0 80 12 120 0 80-12 120 0 80 12 120 0 80-12 120 0 80 12 120 0"/></g></svg>
        """

    /// For the browser's tab.
    static let icon =
        "data:image/svg+xml,"
        + "%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32' fill='none' stroke-linecap='round'%3E"
        + "%3Crect width='32' height='32' rx='8' fill='%231b3157'/%3E"
        + "%3Cpath d='M5 21C8 7 24 7 27 21' stroke='white' stroke-width='2.2'/%3E"
        + "%3Cpath d='M11 20.5v-7M16 20.5V11M21 20.5v-7' stroke='white' stroke-width='1.6'/%3E"
        + "%3Cpath d='M4 22h24' stroke='%23e3a83b' stroke-width='3'/%3E%3C/svg%3E"
}
