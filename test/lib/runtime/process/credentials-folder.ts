import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** A folder with credentials, as systemd gives one to a service. */
export function credentials(values: Readonly<Record<string, string>>): {
  directory: string;
  remove: () => void;
} {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'unde-credentials-'));
  for (const [name, value] of Object.entries(values)) writeFileSync(path.join(directory, name), value);
  return { directory, remove: () => rmSync(directory, { recursive: true }) };
}
