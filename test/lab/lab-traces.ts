import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { labDirectory } from '../../src/lib/lab/state.ts';

/** Everything that there is of a lab on this machine, by kind, found without what the lab has recorded of itself. */
export function labTraces(lab: string): Record<string, string[]> {
  const prefix = `unde-${lab}-`;
  const namespaces = globSync(`/run/netns/${prefix}*`);
  const inodes = new Set(namespaces.map((file) => statSync(file).ino));
  const processes = globSync('/proc/[0-9]*').filter((folder) => {
    return inodes.has(namespaceInode(folder)) || commandLine(folder).includes(prefix);
  });
  return {
    namespaces,
    processes,
    mounts: readFileSync('/proc/self/mounts', 'utf8')
      .split('\n')
      .filter((line) => line.includes(`/${lab}/`) || line.includes(prefix)),
    cgroups: globSync(`/sys/fs/cgroup/**/unde-lab/${lab}`),
    nspawn: globSync(`/run/systemd/nspawn/{propagate,unix-export}/${prefix}*`),
    files: existsSync(labDirectory(lab)) ? [labDirectory(lab)] : [],
  };
}

function namespaceInode(folder: string): number {
  try {
    return statSync(`${folder}/ns/net`).ino;
  } catch {
    // Gone by now, or hidden even from root.
    return -1;
  }
}

function commandLine(folder: string): string {
  try {
    return readFileSync(`${folder}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}
