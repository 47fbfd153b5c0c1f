import { quote } from '../../../common/shell/quote.ts';
import type { Connection } from '../../../fleet/ssh/connection.ts';

/**
 * A connection under the account that a provider hands out, for commands that were made for another one: they run with
 * root's rights either way. root needs no sudo, and may not have it; another account needs it for everything.
 *
 * @param user Whom the connection is logged in as.
 */
export function asRoot(connection: Connection, user: string): Connection {
  const command = (text: string) => rootCommand(text, user);
  return {
    host: connection.host,
    exec: (text, options) => connection.exec(command(text), options),
    start: (text) => connection.start(command(text)),
    openUnixSocket: (path) => connection.openUnixSocket(path),
    get bytesSent() {
      return connection.bytesSent;
    },
    lost: connection.lost,
    close: () => connection.close(),
  };
}

/** A command line of ours as this account must give it to have root's rights. */
export function rootCommand(text: string, user: string): string {
  const plain = text.replace(/^exec sudo -n /, 'exec ');
  return user === 'root' ? plain : `exec sudo -n sh -c ${quote(plain)}`;
}
