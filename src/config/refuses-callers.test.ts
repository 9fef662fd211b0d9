import { describe, expect, test } from 'bun:test'
import { configOf, problemsOf } from '../../test/parsed-configs.ts'

const key = 'name: a, secret: env:CI_KEY'
const issuer = 'name: corp, issuer: "https://login.example.com/", audience: us'

describe('a config refuses keys', () => {
  test('of a team that is not there, or of another tenant than its team', () => {
    expect(problemsOf(`teams: { office: {} }\nkeys: [{ ${key}, team: ofice }]`)).toEqual([
      '2:45 keys[0].team: there is no team named "ofice" under teams. Did you mean "office"?',
    ])
    expect(problemsOf(`teams: { a: { tenant: x } }\nkeys: [{ ${key}, team: a, tenant: y }]`)).toEqual([
      '2:56 keys[0].tenant: is another one than that of its team',
    ])
  })

  test('with addresses, bounds and words that cannot be meant', () => {
    expect(problemsOf(`keys: [{ ${key}, addresses: [10.0.0.0/40] }]`)).toEqual([
      '1:51 keys[0].addresses[0]: write an IP address or a range, such as 10.0.0.0/8 or fd00::/8',
    ])
    expect(problemsOf(`keys: [{ ${key}, max_tokens: { default: 9, max: 8 } }]`)).toEqual([
      '1:51 keys[0].max_tokens: default must not be above max',
    ])
    expect(problemsOf(`keys: [{ ${key}, metadata: { a: 12 } }]`)).toEqual([
      '1:54 keys[0].metadata.a: write short names and texts, such as cost_centre: "12"',
    ])
  })

  test('and teams whose models lead nowhere', () => {
    expect(
      problemsOf(
        'models: { fast: { deployments: [{ provider: openai, model: m }] } }\nteams: { a: { models: [fats] } }',
      ),
    ).toMatchObject([expect.stringContaining('teams.a.models[0]: there is no model named "fats"')])
  })
})

describe('a config refuses issuers', () => {
  test.each([
    ['', []],
    [', jwks: "http://127.0.0.1:8080/keys"', []],
    [', algorithms: [HS256]', ['oidc[0].algorithms[0]: write RS256']],
    [', algorithms: [none]', ['oidc[0].algorithms[0]: write RS256']],
    [', algorithms: []', ['oidc[0].algorithms: name at least one']],
    [', jwks: "http://login.example.com/keys"', ['oidc[0].jwks: write an address with https://']],
    [', jwks: "https://a:b@login.example.com/keys"', ['oidc[0].jwks: write an address with https://']],
    [', team: nobody', ['oidc[0].team: there is no team named "nobody"']],
  ])('with what is not safe or not there: %s', (more, problems) => {
    const found = problemsOf(`oidc: [{ ${issuer}${more} }]`)
    expect(found.length).toBe(problems.length)
    for (const [index, problem] of problems.entries()) expect(found[index]).toContain(problem)
  })

  test('without an audience, or twice', () => {
    expect(problemsOf('oidc: [{ name: a, issuer: "https://a.example" }]')).toEqual([
      '1:8 oidc[0].audience: write what its tokens say in aud, such as sallyport, or a list of that',
    ])
    expect(problemsOf(`oidc: [{ ${issuer} }, { ${issuer} }]`)).toMatchObject([
      expect.stringContaining('oidc[1].name: is that of oidc[0] too'),
      expect.stringContaining('oidc[1].issuer: is that of oidc[0] too'),
    ])
  })

  test('and keeps what an issuer is called to the letter', () => {
    const [read] = configOf(`oidc: [{ ${issuer} }]`).config.oidc
    expect(read).toMatchObject({
      issuer: 'https://login.example.com/',
      audience: ['us'],
      claims: { user: 'sub' },
    })
    expect<readonly string[] | undefined>(read?.algorithms).not.toContain('HS256')
  })
})
