/** Brand and SKU together name a product: two brands may use one number. */
export function productKey({ brand, sku }: { readonly brand: string; readonly sku: string }): string {
  return `${brand}/${sku}`;
}
