internal import SystemPackage

/// The program that PostgreSQL calls with each full WAL segment. A shell script, so that it works whatever becomes of
/// `mailmill` and of pgBackRest: a segment that cannot be archived is said and tried again, and the disk is never filled
/// by segments that wait for ever.
struct ArchiveScript: Sendable {
    static let stanza = "mailmill"
    /// Segments are 16 MiB: `init` does not ask for another size.
    static let segment = ByteCount.mebibytes(16)

    let layout: BackupLayout
    let engine: FilePath
    /// How much WAL may wait before a segment is given up.
    let limit: ByteCount

    /// `archive_command`, as it stands between quotes in the configuration. Descriptor 9 is the cluster's lock.
    var command: String {
        let path = Self.shellQuoted(layout.archiveScript.string).replacing("%", with: "%%")
        return "/bin/sh \(path) \"%p\" 9>&-".replacing("'", with: "''")
    }

    var text: String {
        let folder = Self.shellQuoted(layout.folder.string)
        return """
            #!/bin/sh
            # Written by Mailmill when the server starts; edits here are lost. PostgreSQL calls it in its data directory
            # with each full segment of the write-ahead log. Status 0: archived, or given up and said so; else: again.
            set -u
            LC_ALL=C
            export LC_ALL
            here=\(folder)
            segment=$1
            # Nobody has set up backups: nothing is kept.
            [ -e "$here/archiving" ] || exit 0
            engine=\(Self.shellQuoted(engine.string))
            if [ -x "$engine" ]; then
                if said=$("$engine" --config="$here/engine.conf" --stanza=\(Self.stanza) --log-level-console=off \\
                    --log-level-stderr=error --log-level-file=off archive-push "$segment" 2>&1); then
                    [ ! -e "$here/archive-error" ] || rm -f "$here/archive-error"
                    exit 0
                fi
            else
                said="$engine is missing: install the package pgbackrest"
            fi
            said=$(printf '%s' "$said" | tr '\\n' ' ')
            printf '%s\\n' "$said" >"$here/archive-error" 2>/dev/null
            waiting=$(ls pg_wal/archive_status 2>/dev/null | grep -c '[.]ready$')
            if [ "$waiting" -gt \(max(2, limit.bytes / Self.segment.bytes)) ]; then
                printf '%s %s %s\\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "${segment##*/}" "$said" >>"$here/dropped-wal" 2>/dev/null
                echo "mailmill: gave up $segment, so that the disk does not fill; take a backup when the archive works again: $said" >&2
                exit 0
            fi
            echo "mailmill: cannot archive $segment, $waiting segments wait: $said" >&2
            exit 1

            """
    }

    static func shellQuoted(_ text: String) -> String {
        "'" + text.replacing("'", with: "'\\''") + "'"
    }
}

extension String {
    /// `replacingOccurrences` without Foundation.
    func replacing(_ old: Character, with new: String) -> String {
        reduce(into: "") { $0 += $1 == old ? new : String($1) }
    }
}
