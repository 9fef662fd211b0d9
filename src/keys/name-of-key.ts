// What a key is called. The ids of keys that are in no store say it themselves: `config:ci` is declared as `ci`, and
// `corp:0123456789abcdef` is somebody with a token of the issuer `corp`.

/** Undefined where nobody knows. `keyNames`: the names of keys by their ids. */
export function nameOfKey(keyId: string, keyNames: ReadonlyMap<string, string>): string | undefined {
  return keyNames.get(keyId) ?? nameInId(keyId)
}

function nameInId(keyId: string): string | undefined {
  const colon = keyId.indexOf(':')
  if (colon === -1) return undefined
  const place = keyId.slice(0, colon)
  return place === 'config' ? keyId.slice(colon + 1) : place
}
