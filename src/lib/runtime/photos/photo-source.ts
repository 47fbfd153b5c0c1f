import { LRUCache } from 'lru-cache';
import { Fetcher } from '../fetch/fetcher.ts';
import type { PhotoOrigins } from '../../manifest/photo-settings.ts';
import type { SettingSpec } from '../../manifest/setting.ts';
import { abortable } from '../call/abortable.ts';
import { photoPolicy } from './photo-policy.ts';
import { isPhotoType } from './photo-type.ts';

/** How long a photo is kept: a recognition asks for each several times, within seconds. */
const KEPT_MS = 60_000;
/** What all photos that are kept take together, in bytes. */
const KEPT_BYTES = 128 * 1024 * 1024;

/** How large a photo may be, and how long it may take. */
export interface PhotoBounds {
  readonly maxBytes: number;
  readonly fetchSeconds: number;
}

/** Fetches photos that callers name, each once: what was fetched just now, or is on its way, is not fetched again. */
export class PhotoSource {
  readonly #fetcher: Fetcher;
  readonly #kept = new LRUCache<string, Buffer>({
    maxSize: KEPT_BYTES,
    sizeCalculation: (bytes) => bytes.length + 1,
    ttl: KEPT_MS,
  });
  readonly #underWay = new Map<string, Promise<Buffer>>();

  /**
   * @param specs The service's settings, for errors that name the variable.
   * @throws UndeError BAD_SETTING
   */
  constructor(specs: readonly SettingSpec[], settings: PhotoOrigins & PhotoBounds) {
    this.#fetcher = new Fetcher({
      policy: photoPolicy(specs, settings),
      maxBytes: settings.maxBytes,
      deadlineMs: settings.fetchSeconds * 1000,
      accepts: isPhotoType,
    });
  }

  /**
   * The photo at a URL.
   *
   * @param signal Ends the wait; its reason is thrown.
   * @throws FetchError
   */
  async bytes(url: string, signal: AbortSignal): Promise<Buffer> {
    signal.throwIfAborted();
    return this.#kept.get(url) ?? abortable(this.#underWay.get(url) ?? this.#fetch(url), signal);
  }

  /** Closes the connections. */
  close(): Promise<void> {
    return this.#fetcher.close();
  }

  #fetch(url: string): Promise<Buffer> {
    // One client that goes away does not take the photo from another that waits for it; the fetcher's deadline ends it.
    const fetch = this.#fetcher.bytes(url, new AbortController().signal);
    const photo = fetch
      .then((bytes) => {
        this.#kept.set(url, bytes);
        return bytes;
      })
      .finally(() => this.#underWay.delete(url));
    this.#underWay.set(url, photo);
    return photo;
  }
}
