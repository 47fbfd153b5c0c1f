/**
 * Whether a body of that media type may be a photo; undefined where the origin names none. Object stores that were told
 * no type answer with one of the two general ones.
 */
export function isPhotoType(type: string | undefined): boolean {
  if (type === undefined || type === 'application/octet-stream' || type === 'binary/octet-stream')
    return true;
  return type.startsWith('image/');
}
