import CCurl

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Opens the sockets that libcurl connects.
enum OwnSocket {
    /// A socket that programs started by this one do not inherit; `CURL_SOCKET_BAD` when there is none to be had.
    static func open(_ address: UnsafeMutablePointer<curl_sockaddr>) -> curl_socket_t {
        #if os(Linux)
            let type = address.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue)
        #else
            let type = address.pointee.socktype
        #endif
        return socket(address.pointee.family, type, address.pointee.protocol)
    }
}

extension ForbiddenAddresses {
    static func contains(_ address: UnsafeMutablePointer<curl_sockaddr>) -> Bool {
        withUnsafeBytes(of: &address.pointee.addr) { first in
            guard let base = first.baseAddress else { return true }
            let bytes = UnsafeRawBufferPointer(start: base, count: Int(address.pointee.addrlen))
            switch address.pointee.family {
            case AF_INET where bytes.count >= MemoryLayout<sockaddr_in>.size:
                return contains(ipv4: UInt32(bigEndian: bytes.loadUnaligned(as: sockaddr_in.self).sin_addr.s_addr))
            case AF_INET6 where bytes.count >= MemoryLayout<sockaddr_in6>.size:
                let address = bytes.loadUnaligned(as: sockaddr_in6.self).sin6_addr
                return contains(ipv6: withUnsafeBytes(of: address) { Array($0) })
            default:
                return true
            }
        }
    }
}
