/**
 * All that the emulated service invents: request tokens, resource ids, generated names. One seeded generator, so that
 * the same calls with the same seed give the same ids.
 *
 * @internal
 */
export class Ids {
  private state: number;

  constructor(seed: number) {
    this.state = seed >>> 0;
  }

  /** Where the generator stands: a new one with this seed goes on from here. */
  get position(): number {
    return this.state;
  }

  /** Goes on from where another generator stood. */
  goOn(position: number): void {
    this.state = position >>> 0;
  }

  /** The next number in [0, 1). */
  next(): number {
    // Mulberry32: small, fast and good enough for ids that only have to differ.
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let t = this.state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A text of the given length from the alphabet. */
  text(length: number, alphabet = "abcdefghijklmnopqrstuvwxyz0123456789"): string {
    let out = "";
    for (let i = 0; i < length; i++) out += alphabet.charAt(Math.floor(this.next() * alphabet.length));
    return out;
  }

  /** A version-4 UUID. */
  uuid(): string {
    const hex = this.text(30, "0123456789abcdef");
    const variant = this.text(1, "89ab");
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(12, 15)}-${variant}${hex.slice(15, 18)}-${hex.slice(18, 30)}`;
  }
}
