/** Stands before every bundle: bundled CommonJS packages expect `require`, `__filename` and `__dirname`. */
export const BANNER =
  "import{createRequire as __cr}from'node:module';import{dirname as __dn}from'node:path';import{fileURLToPath as __fp}from'node:url';const require=__cr(import.meta.url),__filename=__fp(import.meta.url),__dirname=__dn(__filename);";
