import Content
import Core
import Testing

@testable import Understanding

/// What people write to such a service, as they write it: none of it was made from the rubric's phrases.
@Suite("Triage of whole messages")
struct TriageVoiceTests {
    static let urgent = [
        "e chán lắm r k mún sống nữa đâu", "mai là hết thôi, mình đã viết thư cho mẹ rồi. cảm ơn mọi người", "em uống hết vỉ thuốc rồi",
        "em vừa uống 20 viên paracetamol", "em rạch tay mấy lần rồi không ai biết",
        "thầy dạy thể dục hay bảo em ở lại rồi ôm em từ phía sau", "chú hàng xóm bắt cháu sờ vào chỗ ấy của chú",
        "dượng vào phòng em lúc đêm", "ny cũ bảo không quay lại thì đăng hết ảnh của em lên",
        "có người trên mạng bảo em gửi ảnh không mặc áo không thì nó gửi cho bố mẹ em", "bố đang đập cửa con trốn trong nhà tắm",
        "chiều nay ra về tụi nó đợi em ở cổng mang theo gậy với dao", "chiều nay 2 lớp hẹn nhau ra bờ đê solo",
        "bạn em bỏ nhà từ hôm qua, điện không nghe máy", "ban em noi muon chet va cho em xem tay ban ay rach", "cứu em", "cứu",
        "con trai tôi chưa về, trường bảo tan từ 11h, gọi bạn bè không ai biết", "con tôi để lại thư rồi bỏ đi",
        "con gái tôi đóng cửa phòng nói muốn nhảy xuống", "cháu tôi kể thầy giáo sờ vào người cháu",
        "chau toi 8 tuoi ke bi ong hang xom lam chuyen bay ba", "con tôi đang cấp cứu vì bị bạn đánh",
        "Hai nhóm học sinh đang xô xát ngoài cổng trường, có em cầm tuýp sắt", "học sinh của tôi nhắn là em ấy không còn lý do để sống",
        "tôi thấy một nhóm thanh niên chở nhau mang phóng lợn tới cổng trường cấp 3", "my uncle touches me when mom is out",
        "i dont want to be alive anymore", "someone is gonna bring a gun to school tomorrow", "e bị 1 anh lớn ép làm chuyện đó",
        "bạn trai em bắt em ngủ với nó không thì chia tay rồi tung clip", "con bị nhốt trong kho, trời tối rồi",
        "cô giáo nhốt bạn Bi vào nhà vệ sinh", "em không thở được, bạn ấy bóp cổ em",
        "mình mệt mỏi quá, chỉ muốn ngủ luôn không dậy nữa", "muốn kết thúc tất cả", "e đứng trên cầu Hàm Rồng rồi",
        "e thấy mik vô dụng lắm, chỉ mún biến mất thoii", "nhiều lúc em nghĩ hay là chết quách cho rồi",
        "tối qua em đã thử treo mình nhưng dây đứt", "bố dượng toàn bắt con cho ông ấy xem người",
        "thầy chủ nhiệm nhắn tin đòi em gửi ảnh mặc đồ ngủ", "anh ấy nói nếu chia tay sẽ cho cả trường xem clip của tụi em",
        "mẹ đang cầm dao đòi giết bố, cháu phải làm sao", "ngày mai khối 9 trường em với trường bên đánh nhau ở sân vận động",
        "bạn thân em từ sáng tới giờ không ai thấy, nó có để lại lá thư", "con gai toi 13 tuoi bi ban trai ep quan he",
        "con toi tu nhot trong phong, noi khong muon song nua",
        "con em đi học từ sáng, giờ 8h tối vẫn chưa thấy về, điện thoại tắt máy", "hs của mình cắt tay, mình vừa phát hiện",
        "Có học sinh mang theo dao bấm vào lớp, tôi phải làm gì", "có thằng bé đứng trên lan can tầng 4 trường học",
        "my stepdad comes into my room at night", "I took 30 pills", "e bị người ta lừa gửi ảnh nude giờ nó đòi 2 triệu",
        "con đang ở trong nhà vệ sinh, các bạn khóa cửa ngoài", "em đau bụng lắm tại bị đạp hồi chiều, giờ nôn ra máu",
        "cháu bị anh họ sờ vào chỗ đi tiểu", "em k dám về nhà, bố e bảo về là chém", "chán đời quá chả còn gì để luyến tiếc",
        "em uống thuốc rồi, chắc mai không dậy đâu", "ông ngoại hay thò tay vào áo cháu lúc ngủ",
        "con tôi bị người lạ đưa đi từ cổng trường",
        "một nam sinh khóa trên dẫn nhóm xăm trổ vào trường tìm học sinh lớp tôi, có mang phớ", "i cut my wrists last night",
        "nó bảo em mà nói ra nó giết cả nhà", "học sinh đang cầm dao rượt nhau trước cổng", "con tôi 15 tuổi trèo lên mái nhà đòi nhảy",
        "thầy chở em vô nhà trọ", "mình vừa cắt tay chảy nhiều máu quá",
        "em không biết sống tiếp kiểu gì nữa, mệt lắm rồi", "chú họ em cứ bắt em ngồi lên đùi rồi sờ soạng",
        "mai em mang dao đi cho chúng nó biết", "nhỏ bạn em nhắn là tối nay nó sẽ uống thuốc ngủ",
        "trong nhà đang đánh nhau to lắm, em sợ", "con toi bo nha di 2 hom nay chua ve",
        "con gái tôi bị mấy thanh niên chở đi từ tối qua đến giờ", "cháu nó tự lấy dao lam cứa vào tay, tôi sợ quá",
        "tôi phát hiện học sinh nữ lớp 9 có thai, em nói do bố dượng",
        "học sinh đánh nhau vỡ đầu trong sân trường, đang chờ xe cấp cứu",
        "tôi đang ở cổng trường Lê Lợi, có nhóm thanh niên cầm kiếm đuổi nhau", "there's a kid on the roof of the school",
        "my coach makes me send him pictures of myself",
    ]

    static let serious = [
        "cô ơi bạn Nam cứ đấm con hoài con đau lắm", "con sợ lắm, mai con không đi học đâu, các bạn ấy bảo đánh con",
        "mấy anh lớp 9 bắt e đưa tiền mỗi ngày k đưa thì nó uýnh", "bố e say rượu về là lôi 2 mẹ con ra đập",
        "me danh con bang day dien", "nó dọa nếu mách cô thì nó giết em", "tụi nó lột đồ bạn T trong nhà vệ sinh rồi quay clip",
        "bị đánh", "con tôi đi học về mặt mũi sưng tím, hỏi không nói", "Con gái tôi lớp 6 bị mấy bạn nữ túm tóc tát giữa sân trường",
        "chau noi nha toi bi thang hoc tro lop tren no bo cho u dau", "o truong mam non co giao bit mieng chau roi danh vao mong",
        "be nha minh 4 tuoi ve co vet hang vao dui, be bao co veo", "chồng tôi uống rượu về là đánh con",
        "no bat con toi quy xuong xin loi giua lop", "mi ơi cháu tui nỏ dám đi học mô, bọn hắn chận đàng hắn phang",
        "Thằng cu nhà tui bị bọn choa hấn đập cho thâm mình mẩy",
        "Em học sinh lớp 8B lớp tôi có nhiều vết thâm trên tay, em nói bố đánh", "một phụ huynh vào lớp tát học sinh khác",
        "Đồng nghiệp của tôi hay bắt học sinh tự tát vào mặt", "sáng nay đi qua thấy mấy đứa học sinh đang vây đánh một đứa ở gầm cầu",
        "a group of boys beat me up after school", "My son came home with bruises all over his arms, he said his teacher did it",
        "they take my lunch money every day and say they'll hurt me if i tell", "anh em đánh em suốt, mẹ không tin",
        "tui nó dí thuốc lá vào tay e", "con bị bạn cùng bàn dùng bút chì đâm vào tay", "con bi ban xo nga gay rang",
        "có chú lạ cứ đi theo em từ trường về", "nó bảo không chuyển 500k thì nó đăng ảnh dìm",
        "Cô giáo bắt cháu đứng ngoài nắng cả tiết rồi cháu ngất", "cô giáo bảo cả lớp không được chơi với con tôi",
        "tui no danh em roi em chay ve nha roi", "hôm nay tan học có mấy bạn đè em ra đánh", "con bị bạn Hùng cào mặt, cô bảo kệ",
        "mấy bạn lớp bên bắt em mua trà sữa cho, không mua là tẩn", "mẹ vụt em gãy cả cán chổi",
        "cô H lấy thước quất vào lòng bàn tay tụi em chảy máu", "cháu nội tui đi học về tay chân bầm dập, tui hỏi hấn nỏ nói chi",
        "Bé nhà e học lớp 2, hay bị 1 bạn nam trong lớp đấm vào bụng, cô giáo cũng k xử lý",
        "con toi bi ban cung lop lay compa dam vao lung", "toi nghi co giao mam non bao hanh con toi, con ve nha hoang loan",
        "có thằng lớn hơn hay chặn đường xin tiền con tôi", "thầy thể dục đá vào người con tôi trước mặt cả lớp",
        "Trong giờ ra chơi em K. bị 3 bạn nam khóa 11 đánh rách mí mắt", "một em lớp tôi bị bố đẻ đánh thường xuyên, người có vết roi",
        "nhà bên cạnh đêm nào cũng nghe tiếng đánh con", "the older kids keep shoving me into lockers and took my phone",
        "My daughter is scared of her PE teacher, he hits the kids with a ruler", "bọn nó đổ nước bẩn lên người em rồi đá em",
        "chị đại lớp 8 bảo mai gặp là em xong đời", "tau bị tụi hấn đập hôm qua, sưng cả mồm",
        "ông bảo vệ trường hay véo má ôm ấp mấy bé gái", "em bị bạn nữ trong lớp cầm giày ném vô đầu", "hôm qua bị tụi nó úp sọt",
        "con bị cô phạt quỳ gối cả buổi", "con bé nhà tôi bị chúng nó nhét đầu vào bồn cầu",
        "toi thay thay giao keo tai hoc sinh chay mau", "phụ huynh kể cháu bị cha dượng trói vào cột nhà",
        "a boy keeps grabbing me and wont stop", "chau toi bi ban ep an ot roi quay phim", "mấy thằng lớp trên trấn của em 50 nghìn",
        "bị hàng xóm xông vào nhà đánh con trai tôi", "bạn trai em hay tát em mỗi khi ghen", "lũ trẻ xóm trên ném đá vào đầu con tôi",
        "ba đuổi em ra khỏi nhà giữa đêm", "em bị các anh bắt uống rượu với hút thuốc",
        "hôm nay lúc tập thể dục bạn Tuấn với bạn Huy giữ tay con lại cho bạn khác đánh", "tụi nó bắt em quỳ xin lỗi rồi quay tiktok",
        "thầy lấy sách đập vào đầu em", "em bị đòi nợ 300k, không trả là chúng nó chặn đánh", "mẹ kế em bỏ đói em 2 ngày rồi",
        "thang be bi ban danh tim mat, co giao khong bao gia dinh", "con tôi đi lớp kỹ năng về kể bị thầy đánh vào tay",
        "có nhóm côn đồ chặn con tôi ở ngõ, đòi xe đạp điện", "chau ngoai toi bi bo no danh bang roi may, mong tim bam",
        "giáo viên trong trường phạt học sinh ăn ớt", "Một nhóm học sinh lớp 9 thường xuyên thu tiền của các em lớp 6",
        "nhà hàng xóm hay trói con vào cột đánh", "some girls pulled my hair and pushed my head in the toilet",
    ]

    static let harmful = [
        "tụi nó lập gr nói xấu e r ai cũng seen k rep e", "các bạn gọi em là con heo, đồ ngu suốt",
        "ko ai choi vs e het, cu ra choi la e ngoi 1 minh", "con e di hoc hay bi ban lay do dung va che la do nha ngheo",
        "lớp tôi có một em bị các bạn cho ra rìa, lên lớp không ai ngồi cạnh", "they made a fake account of me and post mean things",
        "bạn ấy cứ tung tin em ngủ với thầy", "trong lớp em toàn bị bắt làm bài hộ", "cả lớp cứ hùa vào cười em nói ngọng",
        "bị đăng lên confession nói xấu", "con tôi bị các bạn gọi là đồ con hoang",
        "nhóm nữ sinh lớp tôi tẩy chay một bạn nữ mới chuyển đến",
        "đi qua cổng trường thấy hai nữ sinh giật tóc đánh nhau, các bạn đứng quay",
        "nobody in class wants to sit with me, they call me ugly", "bạn bè xa lánh e vì e là les",
        "bạn bè cứ lấy ngoại hình em ra làm trò cười", "có hai em lớp tôi bị lập group antifan",
        "ngày nào cũng bị chúng nó lôi ra làm trò hề",
        "bạn ấy bảo cả lớp đừng chơi với em vì nhà em bán ve chai", "có bạn chế ảnh em đăng lên nhóm lớp, mn cười em",
        "cháu đi học bị bạn bè gọi là thằng bê đê", "everyone ignores me and spreads lies about me",
    ]

    /// Homework, sport, films, illness, idioms, questions.
    static let harmless = [
        "bài toán này khó vãi chết mất", "em đang làm bài văn tả cảnh đánh bắt cá",
        "đề văn nghị luận về bạo lực học đường làm thế nào ạ", "hôm qua xem phim có cảnh đâm nhau ghê quá",
        "cô cho cháu nghỉ học hôm nay, cháu bị sốt", "xin cho cháu nghỉ vì gãy tay bó bột",
        "con em hôm qua ngã xe gãy chân, xin nghỉ 2 tuần ạ", "con bị ngất sáng nay do hạ đường huyết, xin nghỉ học",
        "cháu bị khó thở do hen, cô cho cháu nghỉ thể dục", "từ từ em chuyển khoản nhé", "tu tu de em hoi chong da",
        "tong tien 3 be bao nhieu", "môn tích hợp dạy gì ạ? lớp này mất tích hợp không", "đội em đánh bại lớp 8A 3-1",
        "trận bóng chiều nay lớp em bị đánh bại", "em đi đá bóng bị trầy đầu gối", "khó dùng muốn chết", "app này lag muốn chết",
        "nóng muốn chết mà lớp không có quạt", "thi xong sướng muốn chết", "uống thuốc ngủ có hại không", "không có ai bị thương nặng",
        "năm ngoái cháu bị bắt nạt nhưng nhà trường đã xử lý xong", "ngày xưa tôi bị đánh suốt, giờ trẻ con sướng",
        "lớp võ tự vệ có dạy đấm đá không", "Lớp bơi có dạy cứu người đuối nước không", "học sơ cứu chảy máu gãy xương ở đâu",
        "có lớp dạy con không bị bắt nạt không", "lớp phòng chống xâm hại trẻ em cho bé 5 tuổi", "phí đánh giá đầu vào bao nhiêu",
        "tôi cần tài liệu tuyên truyền phòng chống bạo lực học đường", "mai tôi dạy chuyên đề phòng tránh xâm hại, có slide không",
        "đánh giá học sinh theo thông tư 27", "chơi liên quân bị đánh hội đồng tức quá", "bạn em đánh đàn hay lắm",
        "tin trên báo nói có vụ đâm nhau ở Hà Nội", "chó nhà hàng xóm cắn bé, tiêm phòng ở đâu", "muỗi đốt sưng mặt con xin nghỉ",
        "con tôi bị đau bụng phải nhập viện, xin nghỉ 3 ngày", "bà nội cháu đi cấp cứu nên xin cho cháu nghỉ",
        "ông mất nên gia đình xin cho cháu nghỉ đám tang", "con nhổ răng chảy máu nhiều xin nghỉ tiết cuối",
        "mất điện thoại rồi đăng ký lại thế nào", "danh sach lop ky nang thu 7", "con bi om me dua di vien roi",
        "lịch học có bị trùng với buổi thi cầu lông không", "idol em bị fan tẩy chay", "thua cuộc bị phạt nhảy lò cò cười muốn chết",
        "thầy dạy bơi có đánh trẻ không", "cháu nhút nhát sợ đi học lớp đông, có lớp nhỏ không",
        "con em mới vào lớp 1 khóc không chịu đi học, có lớp kỹ năng không", "Where can I learn self defense?",
        "this homework is killing me", "is there a class on preventing bullying", "nhảy lầu trong minecraft có chết không",
        "viết kịch về bạn bị bắt nạt cho ngày 20/11", "trường có camera không, có hay đánh nhau không",
        "hạn nộp tiền ngày nào ạ, không nộp có bị đuổi không", "Cô chủ nhiệm nhắc con đánh rơi thẻ",
        "con em thi đấu cờ vua bị chiếu hết", "con e bị đau họng mai xin nghỉ ạ", "cháu bị tai nạn xe máy gãy tay nên nghỉ học 1 tháng",
        "bé bị chảy máu cam, cô cho nghỉ học thể dục", "Cháu bị sốt cao co giật đêm qua, xin nghỉ hôm nay", "lớp bơi có cứu hộ không ạ",
        "Bao nhiêu tiền một khóa, tổng tiền có bao gồm áo không", "e đăng ký lớp tự vệ cho con gái",
        "đánh giá giúp em bài thuyết trình về bạo lực học đường", "trận chung kết đội em đánh thắng 2-0",
        "phim hôm qua có đoạn bị đâm hay ghê", "em thi rớt chắc chết quá haha", "nóng chết đi được", "nhớ crush muốn xỉu",
        "mất thẻ học viên thì làm sao", "có lớp dạy con cách xử lý khi bị bắt nạt không ạ",
        "lớp kỹ năng thoát hiểm khi cháy có dạy khó thở ngạt khói không", "con tôi nặng 40kg có học võ được không",
        "bé sợ nước không dám xuống bể", "cháu sợ đi học bơi", "xin mẫu phiếu đánh giá kỹ năng",
        "tôi muốn tổ chức buổi nói chuyện về phòng chống xâm hại", "thầy cô đánh giá tiết dạy thế nào", "từ từ rồi tính",
        "tu tu cung duoc", "bà nội tôi ngất xỉu nên hôm nay không đưa cháu đi học được", "chó cắn con tôi chảy máu, xin nghỉ học",
        "mẹ đón con ở cổng trường lúc mấy giờ", "cô giáo đợi em ở cổng nhé", "bố đưa con đi lớp muộn",
        "con tôi đi đánh cầu lông bị trật chân", "chơi bóng bị bạn xoạc đau chân", "bài hát này buồn muốn khóc", "đói muốn xỉu",
        "phòng học có quạt không hay nóng lắm", "bị lỗi không đăng ký được, bực mình quá", "đăng ký rồi mà bị hủy, tại sao",
        "con bị bệnh tự kỷ có học được không", "chuyển tiền rồi mà chưa thấy xác nhận", "cho em hỏi em bé 5 tuổi học lớp gì",
        "em muốn học đánh trống", "lấy tiền thừa ở đâu", "cô bắt đầu dạy lúc mấy giờ",
        "con trai tôi học lớp 3 muốn học nấu ăn có dùng dao không", "chồng tôi đưa con đi học", "mẹ em bảo em đăng ký lớp bơi",
        "who is the teacher of the swimming class", "my son is sick and will be absent today",
        "tin nhắn này làm phiền quá, đừng gửi nữa", "con em lười học quá, có lớp nào dạy tự giác không",
        "con tôi học yếu toán, đánh vật với bài tập mỗi tối", "chị cho em xin lịch học, từ từ gửi cũng được",
        "bé đập đầu vào bàn sưng u, xin nghỉ chiều nay", "con em bị cảm, mệt không dậy nổi nên xin nghỉ",
        "mai trời lạnh lớp bơi có nghỉ không, lạnh muốn chết", "game này boss đánh đau quá", "có lớp dạy con gái phòng bị sàm sỡ không",
        "đánh số thứ tự danh sách lớp giúp tôi", "chuyển khoản rồi mà bị trừ tiền hai lần", "tôi muốn hủy đăng ký, con bị thủy đậu",
        "thuyết trình về tác hại của thuốc lá", "trung tâm có máy thở oxy, tủ thuốc không",
        "con tôi gặp tai nạn đuối nước năm ngoái nên sợ nước", "xem ảnh lớp học của con ở đâu",
        "đăng ảnh con tôi lên facebook có xin phép không", "cháu ngoại tôi 5 tuổi chưa biết bơi",
        "em bé nhà em 3 tháng có được đi cùng không", "thầy giáo ốm thì ai dạy thay", "bạn của con tôi muốn đăng ký cùng",
        "con bị trễ xe nên vào muộn", "nộp tiền mặt hay chuyển khoản", "cho tôi hỏi chồng tôi đón con có cần thẻ không",
        "cháu nghịch dao bị đứt tay, hôm nay nghỉ", "mấy giờ tan học để em đợi bạn ở cổng", "bị lạc đường tìm không thấy trung tâm",
        "không liên lạc được với cô giáo", "con không muốn đi học vì buồn ngủ", "chương trình tuyên truyền phòng chống đuối nước",
        "cháu bị ngã cầu thang sưng chân, mai xin nghỉ", "cho con tôi nghỉ vì đi cấp cứu ruột thừa", "dạ từ từ em hỏi chồng đã",
        "lớp bơi này tổng tiền đóng mấy đợt", "hôm nay thi toán bị điểm 3 buồn muốn khóc",
        "em viết bài văn tả cuộc chiến đánh quân Nguyên", "phim Squid Game có hợp với học sinh không",
        "con sợ nước lắm, lớp bơi có thầy kèm không", "cháu nó hay quên đồ, mất cặp ở lớp thì hỏi ai",
        "cô giáo có đánh giá cuối khóa không", "thẻ học viên bị mất phải làm lại ở đâu",
        "con nhà em đánh nhau với bài tập suốt, có lớp nào không", "tắc đường nên cháu vào muộn",
        "tôi xin tài liệu dạy kỹ năng tự bảo vệ cho học sinh tiểu học", "khối 6 thi kể chuyện về phòng chống bắt nạt, ai làm giám khảo",
        "mấy giờ đón con, chồng em đợi ngoài cổng", "bé bị cảm cúm ho sốt", "con em thích đánh đàn, có lớp không",
        "thầy dạy hay dã man", "bài kiểm tra giết người thật sự", "không có tiền đóng ngay có được không",
        "chuyển lớp khác vì bạn bè con học bên đó", "con em bị cận có học được không", "trường con chiều nay có họp phụ huynh không",
        "can my daughter join the first aid class", "what happens if my child gets hurt in class", "I lost my password",
        "tin nhắn này lừa đảo đúng không", "nhà em có đám cưới xin cho cháu nghỉ", "mệt muốn chết, mai em đăng ký sau nhé",
    ]

    /// Everyday words that look like worse ones without their marks: để con and đè con, nên cháu and nện cháu.
    static let harmlessBare = [
        "thui em khong dang ky nua", "may gio tan con em ve", "co Oanh em hoi lop boi", "phong co quat ban oi",
        "em khong dam con di mot minh", "chau so nuoc nen chau khong hoc boi", "dap an bai tap o dau", "tat ca con em trong xa",
        "bo me dua con di", "gio con em hoc o dau", "mang con den luc may gio", "co day con viet chu khong", "da con em bi di ung",
        "da em dang ky roi", "lop co may ban nam", "thay day vo", "rut hoc phi duoc khong", "xe ao quan dong phuc",
        "em de lai thu gop y", "doi lich hoc duoc khong", "cho em hoi ho so", "tim lop ve", "con bi sot, be bi ho", "bi mat ma lop",
        "ong ba dua chau di hoc duoc khong", "bo chau ban, ong chau dua di", "xin loi em nham", "ban nao day lop nay",
        "co ban ve the bao hiem", "chia se hinh anh lop hoc o dau", "nop tien cho ai", "lay tien lai duoc khong", "chau thich da bong",
        "em khoa cua phong hoc chua", "vao phong nao a", "con em khong chiu ngoi yen", "lam sao de con khong so dam dong",
        "con toi muon hoc ve tranh", "nghi le co hoc khong", "me co the vao lop cung con khong", "ong ngoai dat chau di hoc",
        "co giao ke chuyen hay", "chau hay om mai chua chac di duoc", "quy khuyen hoc o dau", "co bat buoc mang dong phuc khong",
        "con dang hoc lop 3, dang ky lop nao", "em bao chong em dua con di", "lop hoc co dong khong", "hoc sinh nao duoc hoc",
        "may gio vao, may gio ve", "bo me bai con di hoc sao", "so dien thoai cua thay day boi", "co lop day dan tranh khong",
        "danh cho lua tuoi nao", "lop danh cho con gai", "danh sach trung tuyen", "con toi bi can thi, ngoi ban dau duoc khong",
        "lop day xu ly khi bi lac", "hoc cach boi ngua", "thay co co giao bai tap khong", "co giao goi con la gi",
        "em de con o truong luc may gio", "toi muon tim viec day boi", "sao khong thay co nhan tin", "chua thay dau ca",
        "chua thay ve thong bao moi", "khoa cua lop luc may gio",
    ]

    private static func heard(_ text: String, as level: Triage.Level) -> Bool {
        let triage = TriageTests.reader.read(text)
        return triage.level >= level || triage.ask
    }

    @Test("Urgent messages are heard as urgent, or a question is asked", arguments: urgent)
    func urgentMessages(_ text: String) { #expect(Self.heard(text, as: .s1), "\(TriageTests.level(text))") }

    @Test("Serious messages are heard as serious", arguments: serious)
    func seriousMessages(_ text: String) { #expect(Self.heard(text, as: .s2), "\(TriageTests.level(text))") }

    @Test("Messages of harm are heard", arguments: harmful)
    func harmfulMessages(_ text: String) { #expect(Self.heard(text, as: .s3), "\(TriageTests.level(text))") }

    @Test("Harmless messages bring no numbers and no question", arguments: harmless)
    func harmlessMessages(_ text: String) {
        let triage = TriageTests.reader.read(text)
        #expect(triage.level <= .s4 && !triage.ask, "\(TriageTests.level(text)) \(triage.because)")
    }

    @Test("Harmless messages without marks bring no numbers either", arguments: harmless)
    func harmlessWithoutMarks(_ text: String) {
        let triage = TriageTests.reader.read(Fixtures.folded(text))
        #expect(triage.level <= .s4 && !triage.ask, "\(TriageTests.level(text)) \(triage.because)")
    }

    @Test("Everyday words typed without marks are no worse ones", arguments: harmlessBare)
    func harmlessBareMessages(_ text: String) {
        let triage = TriageTests.reader.read(text)
        #expect(triage.level <= .s4 && !triage.ask, "\(TriageTests.level(text)) \(triage.because)")
    }

    @Test("What people ask about classes, absences and news is never taken for danger, with marks and without")
    func everyday() {
        for example in Fixtures.training.examples where !example.intent.hasPrefix("reports.") {
            for text in [example.text, Fixtures.folded(example.text)] {
                let triage = TriageTests.reader.read(text)
                #expect(triage.level <= .s3 && !triage.ask, "\(example.intent): \(text) \(triage.because)")
            }
        }
    }

    @Test("Words of one kind stand for each of them, and choices for each choice")
    func variants() {
        let rubric = TriageRubric(words: ["child": ["em", "con"]])
        #expect(rubric.variants(of: "đánh <child> (đau|)") == ["đánh em đau", "đánh em ", "đánh con đau", "đánh con "])
        #expect(rubric.variants(of: "đánh <nobody>").isEmpty && rubric.variants(of: "đánh (em").isEmpty)
        #expect(rubric.variants(of: "đánh") == ["đánh"])
    }

    @Test("A phrase may want all its marks, or the whole text")
    func signs() {
        let rule = TriageRubric.Rule(
            id: "r", level: .s2, category: "c", phrases: ["có dao!", "=cứu"], location: SourceLocation(file: "", line: 0))
        let reader = TriageReader(rubric: TriageRubric(rules: [rule]))
        #expect(reader.read("nó có dao").level == .s2 && reader.read("lop co dao duc").level == .s0)
        #expect(reader.read("Cứu!").level == .s2 && reader.read("lớp bơi cứu đuối").level == .s0)
    }
}
