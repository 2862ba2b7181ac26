internal import Glibc
internal import PostgresClient
package import SystemPackage

/// A PostgreSQL program with the connection to our server set: `database psql`, `database exec`.
package struct ToolCommand: Sendable, Equatable {
    package let executable: FilePath
    package let arguments: [String]
    package let environment: [String: String]

    /// Becomes the program, which keeps the terminal, the standard streams and the exit status to itself.
    package func replaceProcess() throws -> Never {
        CStringArray.with([executable.string] + arguments) { argumentVector in
            CStringArray.with(environment.map { "\($0.key)=\($0.value)" }) { environmentVector in
                _ = execve(executable.string, argumentVector, environmentVector)
            }
        }
        throw PostgresServerError.system(action: "execute", path: executable, Errno(rawValue: errno))
    }
}

extension DatabaseServer {
    /// Variables of libpq that would lead a tool somewhere else.
    private static let misleading: Set<String> = [
        "PGHOST", "PGHOSTADDR", "PGPORT", "PGDATABASE", "PGUSER", "PGSERVICE", "PGSERVICEFILE", "PGPASSWORD",
        "PGPASSFILE", "PGOPTIONS", "PGSSLMODE", "PGREQUIREPEER", "PGTARGETSESSIONATTRS", "PGDATA",
    ]

    /// A program of the cluster's major, with everything in `environment` besides.
    ///
    /// - Parameter tool: a program's name, without a folder.
    /// - Throws: `toolMissing`, with those that exist.
    package func command(
        tool: String,
        arguments: [String],
        as role: DatabaseRole,
        environment: [String: String]
    ) throws -> ToolCommand {
        let binaries = try binaries()
        let tools = try binaries.tools()
        guard tools.contains(tool) else {
            throw PostgresServerError.toolMissing(name: tool, directory: binaries.directory, available: tools)
        }
        let connection = connectionSettings(as: role)
        var variables = environment.filter { !Self.misleading.contains($0.key) }
        variables["PGHOST"] = connection.host
        variables["PGPORT"] = "\(connection.port)"
        variables["PGDATABASE"] = connection.database
        variables["PGUSER"] = connection.user
        variables["PGAPPNAME"] = "mailmill \(tool)"
        return ToolCommand(executable: binaries.path(of: tool), arguments: arguments, environment: variables)
    }

    /// `psql`, as the report role unless told otherwise: it can look at everything public and change nothing.
    package func psql(
        arguments: [String] = [],
        as role: DatabaseRole = .report,
        environment: [String: String]
    ) throws -> ToolCommand {
        try command(tool: "psql", arguments: arguments, as: role, environment: environment)
    }
}
