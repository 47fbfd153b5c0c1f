import { buildConnector } from 'undici';
import { assertMayDial } from '../../common/dial/dial.ts';

/**
 * How HTTP clients connect to where a service's configuration sends them. Where `UNDE_ONLY_LAB` is set, as in every test,
 * nothing is opened to an address outside the lab and loopback, and no name is even looked up.
 *
 * @throws UndeError OUTSIDE_LAB, by way of the request
 */
export function labConnector(env: NodeJS.ProcessEnv = process.env): buildConnector.connector {
  // The deadline of each request bounds the connection too.
  const connect = buildConnector({ timeout: 0 });
  return (options, callback) => {
    try {
      const host = options.hostname.replace(/^\[|\]$/g, '');
      if (host !== 'localhost') assertMayDial({ name: 'production' }, host, env);
    } catch (refused) {
      return callback(refused as Error, null);
    }
    connect(options, callback);
  };
}
