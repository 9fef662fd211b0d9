// Has `sallyport check` read each config in deploy/ as its container would see it: with the secrets that are mounted there, and
// no others. A setting that was renamed, or a secret that nobody mounts, is found here and not by whoever deploys it.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, relative } from 'node:path'
import { parse, parseAllDocuments } from 'yaml'
import { bunBinary, root } from '../root.mjs'

const deploy = join(root, 'deploy')

/** What is wrong with the configs; undefined when nothing is. */
export function checkConfigs() {
  const samples = sampleSecrets()
  const configs = [...composeConfigs(), ...kubernetesConfigs(Object.keys(samples))]
  if (configs.length < 2) return 'the configs of compose and Kubernetes were not found'
  const problems = configs.flatMap((config) => problemWith(config, samples) ?? [])
  return problems.length === 0 ? undefined : problems.join('\n')
}

/** What the Secret looks like, for people: its texts are of the kind that belongs there. */
function sampleSecrets() {
  return parse(readFileSync(join(deploy, 'kubernetes', 'secret.example.yaml'), 'utf8')).stringData
}

/** A file that compose.yaml names, with the secrets that it gives to the gateway. */
function composeConfigs() {
  const { configs, services } = parse(readFileSync(join(deploy, 'compose.yaml'), 'utf8'))
  return services.gateway.configs.map(({ source }) => {
    const path = join(deploy, configs[source].file)
    return {
      name: relative(root, path),
      text: readFileSync(path, 'utf8'),
      mounted: '/run/secrets',
      secrets: services.gateway.secrets,
    }
  })
}

/** The entries of each ConfigMap that are configs, with all that is in the Secret. */
function kubernetesConfigs(secrets) {
  const folder = join(deploy, 'kubernetes')
  const manifests = readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .flatMap((name) =>
      parseAllDocuments(readFileSync(join(folder, name), 'utf8')).map((document) => ({
        path: relative(root, join(folder, name)),
        manifest: document.toJS(),
      })),
    )
  const mounted = secretsMount(manifests.map(({ manifest }) => manifest))
  return manifests
    .filter(({ manifest }) => manifest?.kind === 'ConfigMap')
    .flatMap(({ path, manifest }) =>
      Object.entries(manifest.data)
        .filter(([entry]) => entry.endsWith('.yaml'))
        .map(([entry, text]) => ({ name: `${path} (${entry})`, text, mounted, secrets })),
    )
}

/** Where the pod has its Secret. */
function secretsMount(manifests) {
  const { containers, volumes } = manifests.find(({ kind }) => kind === 'Deployment').spec.template.spec
  const volume = volumes.find(({ secret }) => secret !== undefined)
  return containers[0].volumeMounts.find(({ name }) => name === volume.name).mountPath
}

function problemWith({ name, text, mounted, secrets }, samples) {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-configs-'))
  try {
    const here = join(folder, 'secrets')
    mkdirSync(here)
    for (const secret of secrets) writeFileSync(join(here, basename(secret)), samples[secret] ?? 'sample')
    const path = join(folder, 'sallyport.yaml')
    writeFileSync(path, text.replaceAll(`file:${mounted}/`, `file:${here}/`))
    const words = ['--no-env-file', join(root, 'src', 'main.ts'), 'check', '--config', path]
    const { status, stdout, stderr } = spawnSync(bunBinary, words, {
      cwd: folder,
      encoding: 'utf8',
      env: { PATH: process.env.PATH },
    })
    if (status === 0) return undefined
    return `${name}: ${`${stdout}${stderr}`.replaceAll(`${folder}/`, '').trim()}`
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
