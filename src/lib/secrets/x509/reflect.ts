/**
 * The three functions of the Reflect-metadata proposal that @peculiar/x509's dependency injection asks for when it is
 * loaded; the whole polyfill does nothing else for it. Import this before the library.
 */
export interface MetadataReflect {
  getMetadata?: (key: unknown, target: object) => unknown;
  getOwnMetadata?: (key: unknown, target: object) => unknown;
  defineMetadata?: (key: unknown, value: unknown, target: object) => void;
}

const reflect = Reflect as MetadataReflect;

if (reflect.getMetadata === undefined) {
  const kept = new WeakMap<object, Map<unknown, unknown>>();
  const own = (key: unknown, target: object) => kept.get(target)?.get(key);
  reflect.getOwnMetadata = own;
  reflect.getMetadata = (key, target) => {
    for (let at: object | null = target; at !== null; at = Object.getPrototypeOf(at) as object | null) {
      if (kept.get(at)?.has(key) === true) return own(key, at);
    }
    return undefined;
  };
  reflect.defineMetadata = (key, value, target) => {
    kept.set(target, (kept.get(target) ?? new Map<unknown, unknown>()).set(key, value));
  };
}
