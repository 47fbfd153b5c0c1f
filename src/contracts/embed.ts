import { z } from 'zod';

/** The version of this contract. It only grows: fields are added, never taken away or given another meaning. */
export const EMBED_CONTRACT = 1;

/** How many numbers an embedding has. */
export const EMBEDDING_DIMENSIONS = 512;

/** `POST /embed` as JSON. The other way is multipart with the photo itself in the field `image`. */
export const embedRequest = z.object({
  /** Where the photo is: http(s), on a host that the embedder's configuration allows. */
  image_url: z.string().min(1).max(4096),
});
export type EmbedRequest = z.infer<typeof embedRequest>;

/** What `POST /embed` answers with 200. */
export const embedResponse = z.object({
  /** The photo's embedding, of unit length. */
  vector: z.array(z.number()).length(EMBEDDING_DIMENSIONS),
  /** Which model and which preprocessing made it; vectors of different models are never compared. */
  model: z.string(),
  /** How long the request took inside the service, in milliseconds. */
  ms: z.number(),
});
export type EmbedResponse = z.infer<typeof embedResponse>;

/** What `POST /embed` answers otherwise, with 4xx or 5xx; 503 carries `Retry-After`. */
export const embedError = z.object({
  error: z.object({ code: z.string(), message: z.string() }),
});
export type EmbedError = z.infer<typeof embedError>;
