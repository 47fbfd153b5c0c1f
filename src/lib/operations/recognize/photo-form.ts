/**
 * A photo as a form, as recognition takes it: the fields `id` and `image`.
 *
 * @param id The request's id, a UUID.
 */
export function photoForm(photo: Uint8Array<ArrayBuffer>, id: string): FormData {
  const form = new FormData();
  form.set('id', id);
  form.set('image', new Blob([photo], { type: 'application/octet-stream' }), 'photo');
  return form;
}
