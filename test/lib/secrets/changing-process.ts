/** Changes a store again and again until it is killed, and says so each time: `node changing-process.ts FOLDER IDENTITY NAMES`. */
import { FileStore } from '../../../src/lib/secrets/file-store.ts';

const [folder = '', identity = '', names = ''] = process.argv.slice(2);
const store = await FileStore.open(folder, 'production', identity);
for (let round = 0; ; round++) {
  await store.change('child', async (draft) => {
    for (const name of names.split(',')) {
      const { rotation } = draft.entry(name) ?? {};
      if (rotation === 'promoted') draft.retire(name);
      else if (rotation === 'prepared') await draft.promote(name);
      else if (round % 2 === 0) await draft.put(name, `put ${process.pid} ${round}`, { kind: 'password' });
      else await draft.prepare(name, `prepared ${process.pid} ${round}`);
    }
  });
  process.stdout.write('changed\n');
}
