import { describe, expect, test } from 'bun:test'
import { configOf, problemsOf } from '../../test/parsed-configs.ts'

const hook = 'name: ops, url: "https://hooks.example.com/a?token=b", secret: env:HOOK'

describe('a config with webhooks', () => {
  test('may say nothing but a name, an address and a secret', () => {
    expect(configOf(`webhooks: [{ ${hook} }]`).config.webhooks).toMatchObject([
      { name: 'ops', events: ['*'], timeout: 15_000, insecure: false },
    ])
  })

  test.each([
    [
      'events: [budget.alarm]',
      'webhooks[0].events[0]: write events or groups of them: *, budget.*, model.*,',
    ],
    ['events: []', 'webhooks[0].events: leave it out to send all events'],
    ['timeout: 2m', 'webhooks[0].timeout: '],
    ['previous_secret: env:NOT_SET', 'webhooks[0].previous_secret: the variable NOT_SET is not set'],
    ['previous_secret: env:CI_KEY', 'webhooks[0].previous_secret: is no webhook secret: that is whsec_'],
  ])('is refused with %s', (more, problem) => {
    expect(problemsOf(`webhooks: [{ ${hook}, ${more} }]`)).toMatchObject([expect.stringContaining(problem)])
  })

  test.each([
    ['http://hooks.example.com', 'must begin with https://, or be allowed by insecure: on'],
    ['ftp://hooks.example.com', 'write an address such as https://'],
    ['https://user:word@hooks.example.com', 'write an address such as https://'],
    ['hooks.example.com', 'write an address such as https://'],
    ['https://hooks.example.com/#there', 'write an address such as https://'],
  ])('is refused with the address %s', (url, problem) => {
    expect(problemsOf(`webhooks: [{ name: a, secret: env:HOOK, url: "${url}" }]`)).toMatchObject([
      expect.stringContaining(`webhooks[0].url: ${problem}`),
    ])
  })

  test('is refused with one name for two endpoints, also when something else is wrong', () => {
    expect(problemsOf(`webhooks: [{ ${hook} }, { ${hook} }]`)).toMatchObject([
      expect.stringContaining('webhooks[1].name: is that of webhooks[0] too'),
    ])
    expect(problemsOf(`webhooks: [{ ${hook} }, { ${hook} }]\nserver: { port: x }`)).toHaveLength(2)
  })
})
