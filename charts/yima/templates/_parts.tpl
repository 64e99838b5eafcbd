{{- define "yima.labels" -}}
app.kubernetes.io/name: {{ .name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/part-of: yima
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ .root.Chart.Name }}-{{ .root.Chart.Version }}
{{- end }}

{{- define "yima.selector" -}}
app.kubernetes.io/name: {{ .name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
{{- end }}

{{/* The services that have a database, as a JSON list. */}}
{{- define "yima.databases" -}}
{{- $names := list }}
{{- range $key, $service := .Values }}
{{- if kindIs "map" $service }}
{{- if and (hasKey $service "port") (dig "database" true $service) (dig "enabled" true $service) }}
{{- $names = append $names $service.name }}
{{- end }}
{{- end }}
{{- end }}
{{- dict "names" (sortAlpha $names) | toJson }}
{{- end }}

{{- define "yima.databaseSecret" -}}
{{ tpl .root.Values.global.database.secretName (dict "service" .service "Release" .root.Release "Template" .root.Template) }}
{{- end }}

{{/* The password of an embedded database: what was said, what is there already, or a new one. */}}
{{- define "yima.databasePassword" -}}
{{- $given := .Values.global.database.embedded.password }}
{{- $kept := lookup "v1" "Secret" .Release.Namespace (printf "%s-postgres" .Release.Name) }}
{{- if $given }}{{ $given }}
{{- else if $kept }}
{{- if not (hasKey $kept.data "service-password") }}
{{- fail (printf "the secret %s-postgres has no service-password: put the one there that the volume was made with" .Release.Name) }}
{{- end }}
{{- index $kept.data "service-password" | b64dec }}
{{- else }}{{ randAlphaNum 32 }}
{{- end }}
{{- end }}

{{/* Who may do what in a service's database, as the name of it says. */}}
{{- define "yima.databaseRights" -}}
REVOKE ALL ON DATABASE {{ . }} FROM PUBLIC;
GRANT CONNECT ON DATABASE {{ . }} TO {{ . }}_app;
\connect {{ . }}
ALTER DEFAULT PRIVILEGES FOR ROLE {{ . }}_owner GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {{ . }}_app;
ALTER DEFAULT PRIVILEGES FOR ROLE {{ . }}_owner GRANT USAGE ON SEQUENCES TO {{ . }}_app;
ALTER DEFAULT PRIVILEGES FOR ROLE {{ . }}_owner GRANT EXECUTE ON FUNCTIONS TO {{ . }}_app;
{{- end }}

{{/* Where an embedded database has its data, and where what makes it is. */}}
{{- define "yima.databaseFolders" -}}
- {name: PGDATA, value: /var/lib/postgresql/data/18}
- {name: YIMA_DATA, value: /var/lib/postgresql/data}
- {name: YIMA_SQL, value: /databases}
{{- end }}

{{/* A password of somebody who comes to NATS: what is kept, or a new one. A letter comes first: the server reads its
environment as configuration, numbers included. */}}
{{- define "yima.natsPassword" -}}
{{- if and .kept (hasKey .kept.data .key) }}{{ index .kept.data .key | b64dec }}
{{- else }}n{{ with .root.Values.global.nats.embedded.passwordSeed }}{{ printf "%s %s" . $.key | sha256sum | trunc 40 }}{{ else }}{{ randAlphaNum 40 }}{{ end }}
{{- end }}
{{- end }}

{{/* What its devices measured a hub says, its own answers it hears, and nothing else; by MQTT alone. */}}
{{- define "yima.hubRights" -}}
"allowed_connection_types": ["MQTT"], "permissions": {"publish": {"allow": ["devices.{{ . }}.*.readings"]}, "subscribe": {"allow": ["answers.{{ . }}", "answers.{{ . }}.>", "$MQTT.sub.>"]}}
{{- end }}

{{- define "yima.hubCertificate" -}}
{{ required "global.nats.mqtt.tlsSecret: hubs come by TLS alone" .Values.global.nats.mqtt.tlsSecret }}
{{- end }}
