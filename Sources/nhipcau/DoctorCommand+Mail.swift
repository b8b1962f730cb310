import Channels
import Config
import Core
import Outbound

extension DoctorCommand {
    /// Each mail server is greeted, asked for encryption and given the password, and left again; nothing is sent.
    func checkMail(_ assembly: Assembly, _ report: inout DoctorReport) async {
        let connections = assembly.settings.connections.filter { $0.kind == .mail }
        guard !connections.isEmpty, let transport = try? assembly.transport() else { return }
        for connection in connections {
            let name = "connection \(connection.id)"
            let settings = ChannelSettings(
                id: connection.id, baseURL: connection.baseURL, secrets: connection.secrets, options: connection.options)
            guard let call = MailChannel(settings).probe() else {
                report.bad(name, "has no server or no sender that can be used", mend: "Correct base_url and from.")
                continue
            }
            let result: Result<HTTPAnswer, TransportFailure>
            do throws(TransportFailure) {
                result = .success(try await transport.perform(call))
            } catch {
                result = .failure(error)
            }
            let finding = MailProbe.read(result, of: call)
            switch finding.level {
            case .good: report.good(name, finding.text)
            case .warning: report.warn(name, finding.text, mend: finding.mend ?? "")
            case .failed: report.bad(name, finding.text, mend: finding.mend ?? "")
            }
        }
        await transport.shutdown(grace: .seconds(1))
    }
}
