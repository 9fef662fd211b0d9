// The ids of keys that are in no store say what they are called: `config:ci` is declared as `ci`, and `corp:0123456789abcdef` is
// somebody with a token of the issuer `corp`.

/** What a key is called; undefined where nobody knows. `keyNames`: the names of keys by their ids. */
export function nameOfKey(keyId: string, keyNames: ReadonlyMap<string, string>): string | undefined {
  return keyNames.get(keyId) ?? nameOfKeyId(keyId)
}

/** Undefined for the id of a key that was made: its name is in the store. */
export function nameOfKeyId(keyId: string): string | undefined {
  const colon = keyId.indexOf(':')
  if (colon === -1) return undefined
  const place = keyId.slice(0, colon)
  return place === 'config' ? keyId.slice(colon + 1) : place
}
