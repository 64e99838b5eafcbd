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
{{- else if $kept }}{{ index $kept.data "service-password" | b64dec }}
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
