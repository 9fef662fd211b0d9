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

export class AddressNotAllowed extends GatewayError {
  readonly code = 'address_not_allowed'
  constructor(address: string) {
    super(`This API key may not be used from the address ${shown(address)}. Use it from where it may be.`)
  }
}
