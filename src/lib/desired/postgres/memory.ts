/** What PostgreSQL gets of a host's memory, in MB. */
export interface MemorySettings {
  readonly sharedBuffers: number;
  readonly effectiveCacheSize: number;
  /** For each sort or hash of each query. */
  readonly workMem: number;
  readonly maintenanceWorkMem: number;
  readonly walBuffers: number;
}

/** A machine of which nobody has said how much memory it has is taken to have this much, in MB. */
export const UNKNOWN_MEMORY = 1024;

/** Beyond this, in MB, PostgreSQL gains little from more buffers of its own, and a checkpoint takes longer. */
const MOST_SHARED_BUFFERS = 16_384;

/**
 * The one rule (docs/databases.md): a quarter of the memory for shared buffers, three quarters are taken to hold
 * files, a sixteenth for maintenance (2 GB at most: more slows down a vacuum), and the eighth that all connections
 * together may sort in, divided among them; WAL buffers are a 512th, between 4 and 64 MB.
 *
 * @param memory The host's memory in MB.
 * @param connections `max_connections`.
 */
export function memorySettings(memory: number, connections: number): MemorySettings {
  return {
    sharedBuffers: Math.min(Math.floor(memory / 4), MOST_SHARED_BUFFERS),
    effectiveCacheSize: Math.floor((memory * 3) / 4),
    workMem: Math.max(4, down(memory / 8 / connections, 4)),
    maintenanceWorkMem: Math.min(2048, Math.max(64, Math.floor(memory / 16))),
    walBuffers: Math.min(64, Math.max(4, Math.floor(memory / 512))),
  };
}

function down(value: number, step: number): number {
  return Math.floor(value / step) * step;
}
