/** Deflate looks back 32 KiB, so a longer dictionary would be cut. */
const MAX_BYTES = 32 * 1024;

/**
 * The dictionary that all chunks share: the fragments that most schemas repeat, the most valuable ones last, where
 * deflate reaches them with the shortest distances.
 */
export function sharedDictionary(texts: Iterable<string>): Buffer {
  const documents = new Map<string, number>();
  for (const text of texts) {
    for (const fragment of new Set(fragments(text))) documents.set(fragment, (documents.get(fragment) ?? 0) + 1);
  }
  const ranked = [...documents]
    .filter(([fragment, count]) => count > 2 && fragment.length > 3)
    .map(([fragment, count]) => ({ fragment, gain: (count - 1) * (fragment.length - 3) }))
    .sort((a, b) => b.gain - a.gain || (a.fragment < b.fragment ? -1 : 1));

  const chosen: string[] = [];
  let bytes = 0;
  let together = "";
  for (const { fragment } of ranked) {
    const size = Buffer.byteLength(fragment);
    if (bytes + size > MAX_BYTES || together.includes(fragment)) continue;
    chosen.push(fragment);
    together += fragment;
    bytes += size;
  }
  return Buffer.from(chosen.reverse().join(""));
}

/** Runs of one to six neighbouring tokens, where a token ends at a comma or an opening brace. */
function* fragments(text: string): Generator<string> {
  const tokens = text.match(/[^,{]*[,{]?/g) ?? [];
  for (let start = 0; start < tokens.length; start++) {
    let run = "";
    for (let length = 0; length < 6 && start + length < tokens.length; length++) {
      run += tokens[start + length] ?? "";
      yield run;
    }
  }
}
