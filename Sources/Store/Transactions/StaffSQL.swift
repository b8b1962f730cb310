/// The statements about members of the staff and their link codes.
enum StaffSQL {
    private static let columns = """
        s.id, s.login, s.name, s.email, s.roles, s.organisation, s.is_active, s.conversation, s.public_key, s.locked_key,
          s.created_at, s.updated_at, o.kind, o.commune
        """
    private static let source = "staff AS s LEFT JOIN organisations AS o ON o.id = s.organisation"

    static let insert = SQLStatement(
        """
        INSERT INTO staff (id, login, name, email, roles, organisation, is_active, public_key, locked_key, created_at,
          updated_at)
        VALUES (:id, :login, :name, :email, :roles, :organisation, :active, :key, :locked, :created, :now)
        """)
    static let update = SQLStatement(
        """
        UPDATE staff SET name = :name, email = :email, roles = :roles, organisation = :organisation,
          is_active = :active, updated_at = :now
        WHERE id = :id
        """)
    static let setKey = SQLStatement(
        "UPDATE staff SET public_key = :key, locked_key = :locked, updated_at = :now WHERE id = :id")
    static let link = SQLStatement("UPDATE staff SET conversation = :conversation, updated_at = :now WHERE id = :id")
    static let unlink = SQLStatement("UPDATE staff SET conversation = NULL, updated_at = :now WHERE id = :id")
    static let byID = SQLStatement("SELECT \(columns) FROM \(source) WHERE s.id = :id")
    static let byLogin = SQLStatement("SELECT \(columns) FROM \(source) WHERE s.login = :login")
    static let byConversation = SQLStatement("SELECT \(columns) FROM \(source) WHERE s.conversation = :conversation")
    static let all = SQLStatement("SELECT \(columns) FROM \(source) ORDER BY s.login LIMIT :limit")
    /// A province has some hundred of them.
    static let active = SQLStatement("SELECT \(columns) FROM \(source) WHERE s.is_active = 1 ORDER BY s.login")
    static let organisation = SQLStatement("SELECT name FROM organisations WHERE id = :id")

    static let insertLink = SQLStatement(
        "INSERT INTO staff_links (code_hash, staff, expires_at) VALUES (:hash, :staff, :expires)")
    static let dropUnusedLinks = SQLStatement("DELETE FROM staff_links WHERE staff = :staff AND used_at IS NULL")
    static let linkFor = SQLStatement(
        "SELECT staff FROM staff_links WHERE code_hash = :hash AND used_at IS NULL AND expires_at > :now")
    static let useLink = SQLStatement(
        """
        UPDATE staff_links SET used_at = :now
        WHERE code_hash = :hash AND staff = :staff AND used_at IS NULL AND expires_at > :now
        """)
}
