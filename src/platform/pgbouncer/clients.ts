import type { ClientSpec } from '../../lib/manifest/client.ts';
import type { RenderScope } from '../../lib/manifest/manifest.ts';
import { consumersOf } from '../../lib/desired/postgres/consumer.ts';
import type { Database } from '../../lib/manifest/endpoints/database.ts';

/** Who may hold a login of a database by the matrix of credentials, built or not. */
const CLIENTS: Readonly<Record<Database, readonly string[]>> = {
  production: ['scraper', 'recognition', 'local-orchestrator', 'embed-batch', 'ximilar-gw'],
  staging: ['apify', 'photo-downloader', 'ximilar-sync', 'scraper', 'collage', 'recognition'],
};

/** Who may connect: those of the matrix, and whoever says in his manifest that he uses the database. */
export function clientsOf(
  scope: Pick<RenderScope, 'inventory' | 'manifests'>,
  database: Database,
): ClientSpec[] {
  const declared = consumersOf(scope, database).map(({ service }) => service);
  return [...new Set([...CLIENTS[database], ...declared])].map((service) => ({ service }));
}
