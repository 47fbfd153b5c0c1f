import http from 'node:http';
import https from 'node:https';
import type { Duplex } from 'node:stream';
import { guardConnect } from '../../common/dial/guard.ts';

type Created = (error: Error | null, stream: Duplex) => void;

/** Agents for clients that speak through node's own `http`, with the lab's guard before each connection. */
export class GuardedHttpAgent extends http.Agent {
  override createConnection(options: http.ClientRequestArgs, callback?: Created): Duplex | null | undefined {
    return guarded(options, callback, (safe) => super.createConnection(safe, callback));
  }
}

/** As {@link GuardedHttpAgent}, for `https`. */
export class GuardedHttpsAgent extends https.Agent {
  override createConnection(options: https.RequestOptions, callback?: Created): Duplex | null | undefined {
    return guarded(options, callback, (safe) => super.createConnection(safe, callback));
  }
}

/** An agent takes a refusal through its callback only: what is thrown would end the caller's `request()`. */
function guarded<Options extends http.ClientRequestArgs>(
  options: Options,
  callback: Created | undefined,
  create: (safe: Options) => Duplex | null | undefined,
): Duplex | null | undefined {
  let safe: Options;
  try {
    const { host, lookup, ...rest } = options;
    safe = { ...rest, ...guardConnect({ host: host ?? undefined, lookup }) } as Options;
  } catch (refused) {
    callback?.(refused as Error, undefined as never);
    return undefined;
  }
  return create(safe);
}
