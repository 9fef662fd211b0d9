// nginx as a plain proxy: the floor a general gateway is held against. It checks no key, counts nothing and logs
// nothing; connections to the provider are kept alive, and streams are passed on unbuffered.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { benchModel } from '../load/wire.ts'
import { gatewayCore, startChild } from '../measure/children.ts'
import { processTree } from '../measure/process-cost.ts'
import { chatPath } from './subject.ts'
import type { Subject, SubjectPlace } from './subject.ts'

/** nginx with one worker. */
export const nginx: Subject = {
  name: 'nginx',
  start(place) {
    const configFile = join(place.folder, 'nginx.conf')
    mkdirSync(join(place.folder, 'spill'), { recursive: true })
    writeFileSync(configFile, nginxConfig(place))
    const child = startChild({
      command: ['nginx', '-p', place.folder, '-c', configFile, '-e', 'error.log'],
      cores: `${gatewayCore}`,
      folder: place.folder,
      logFile: join(place.folder, 'nginx.log'),
    })
    return {
      port: place.port,
      path: chatPath,
      model: benchModel,
      headers: { authorization: `Bearer ${place.providerKey}` },
      // The master only waits: the worker is what serves.
      processes: () => processTree(child.pid).slice(1),
      failure: () => (child.hasExited() ? `nginx ended:\n${child.lastWords()}` : undefined),
      stop: () => child.stop(),
    }
  },
}

/** The whole configuration, printed in the report. */
export function nginxConfig(place: Pick<SubjectPlace, 'port' | 'providerPort' | 'purpose'>): string {
  const buffering = place.purpose === 'streams' ? 'off' : 'on'
  return `daemon off;
worker_processes 1;
pid nginx.pid;
error_log error.log;
worker_rlimit_nofile 16384;
events { worker_connections 8192; }
http {
  access_log off;
  keepalive_requests 1000000000;
  client_body_temp_path spill/body;
  proxy_temp_path spill/proxy;
  fastcgi_temp_path spill/fastcgi;
  uwsgi_temp_path spill/uwsgi;
  scgi_temp_path spill/scgi;
  upstream provider {
    server 127.0.0.1:${place.providerPort};
    keepalive 1024;
    keepalive_requests 1000000000;
  }
  server {
    listen 127.0.0.1:${place.port} backlog=4096;
    location / {
      proxy_pass http://provider;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_buffering ${buffering};
    }
  }
}
`
}
