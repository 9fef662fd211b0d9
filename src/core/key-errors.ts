// Failures of those who try wrong keys, or good ones in the wrong place.
import { GatewayError, shown } from './errors.ts'

export class TooManyFailedKeys extends GatewayError {
  readonly code = 'too_many_failed_keys'
  override readonly retryAfterSeconds: number
  constructor(waitSeconds: number) {
    super('Too many wrong API keys have come from this address. Check the key, and try again later.')
    this.retryAfterSeconds = waitSeconds
  }
}

/** Not the words of `invalid_api_key`: it was good when the call began, and its owner has to know what ended the call. */
export class KeyEnded extends GatewayError {
  readonly code = 'key_ended'
  constructor() {
    super(
      'The API key or token of this call was revoked or has expired while it ran. Go on with a valid one.',
    )
  }
}

export class AddressNotAllowed extends GatewayError {
  readonly code = 'address_not_allowed'
  constructor(address: string) {
    super(`This API key may not be used from the address ${shown(address)}. Use it from where it may be.`)
  }
}
