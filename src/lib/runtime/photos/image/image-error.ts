/** Why a picture cannot be used. */
export type ImageFault =
  'NOT_AN_IMAGE' | 'UNREADABLE_IMAGE' | 'IMAGE_TOO_SMALL' | 'IMAGE_TOO_LARGE' | 'IMAGE_TOO_LONG';

/** A picture that cannot be used; the fault lies with whoever sent it. */
export class ImageError extends Error {
  readonly code: ImageFault;

  constructor(code: ImageFault, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'ImageError';
    this.code = code;
  }
}
