package import ServiceLifecycle

/// A service that logs call by its type's name. Without it the service group prints every stored value at debug level, and
/// services hold tokens, keys and addresses.
package protocol NamedService: Service, CustomStringConvertible, CustomDebugStringConvertible {}

extension NamedService {
    package var description: String { "\(Self.self)" }
    package var debugDescription: String { description }
}
