/** Makes a JPEG of a drawing. Loads its library when it is called: no other command draws. */
export async function photograph(svg: string): Promise<Buffer> {
  const { default: sharp } = await import('sharp');
  return sharp(Buffer.from(svg)).jpeg({ quality: 88 }).toBuffer();
}
