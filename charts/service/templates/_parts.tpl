{{/* The service's name in the cluster; a package inside another is told by its last part. */}}
{{- define "service.name" -}}
{{ printf "%s-%s" .Release.Name (last (splitList "." .Values.name)) | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "service.labels" -}}
app.kubernetes.io/name: {{ last (splitList "." .Values.name) }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/part-of: yima
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{/* All its pods: those that serve, migrate and do a task. Network policies are about all of them. */}}
{{- define "service.pods" -}}
app.kubernetes.io/name: {{ last (splitList "." .Values.name) }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{/* Those that serve. A Job's pod among them would make a disruption budget uncountable, and hold up every drain. */}}
{{- define "service.selector" -}}
{{ include "service.pods" . }}
app.kubernetes.io/component: service
{{- end }}

{{/* The one image there is; a service's own tag goes before the global one, while a release goes out in an order. */}}
{{- define "service.image" -}}
{{- $own := .Values.tag -}}
{{- with .Values.global.image -}}
{{ .registry }}/{{ .repository }}:{{ if $own }}{{ $own }}{{ else }}{{ .tag }}{{ with .digest }}@{{ . }}{{ end }}{{ end }}
{{- end -}}
{{- end }}

{{/* How services ask one another. */}}
{{- define "service.scheme" -}}
{{ ternary "http" "https" (eq .Values.global.tls.mode "none") }}
{{- end }}

{{/* At which port a pod answers its probes: its node has no certificate. */}}
{{- define "service.probed" -}}
{{ ternary "http" "health" (eq .Values.global.tls.mode "none") }}
{{- end }}

{{- define "service.tlsSecret" -}}
{{ tpl .Values.global.tls.secretName (dict "service" (last (splitList "." .Values.name)) "Release" .Release "Template" .Template) }}
{{- end }}

{{/* What the process is told: the city, where everything is, and in which folder what is secret lies. */}}
{{- define "service.env" -}}
- {name: YIMA_HOST, value: 0.0.0.0}
- {name: YIMA_PORT, value: {{ .Values.port | quote }}}
- {name: YIMA_CITY_FILE, value: /etc/yima/city.yaml}
- {name: YIMA_NATS_URL, value: {{ .Values.global.nats.url | default (printf "nats://%s-nats:4222" .Release.Name) | quote }}}
{{- with .Values.global.nats.replicas }}
- {name: YIMA_NATS_REPLICAS, value: {{ . | quote }}}
{{- end }}
{{- if ne .Values.global.tls.mode "none" }}
- {name: YIMA_HEALTH_PORT, value: {{ .Values.global.tls.healthPort | quote }}}
{{- if .Values.public }}
- {name: YIMA_TLS_LISTEN, value: {{ ternary "plain" "server" (eq .Values.global.tls.ingress "plain") }}}
{{- end }}
{{- end }}
- {name: YIMA_DRAIN_SECONDS, value: {{ .Values.global.drainSeconds | quote }}}
- {name: YIMA_TRACE_RATIO, value: {{ .Values.global.tracing.ratio | quote }}}
{{- with .Values.global.tracing.otlpEndpoint }}
- {name: OTEL_EXPORTER_OTLP_ENDPOINT, value: {{ . | quote }}}
{{- end }}
{{- $own := list }}
{{- range .Values.env }}{{ $own = append $own .name }}{{ end }}
{{- range $name, $_ := .Values.settings }}{{ $own = append $own $name }}{{ end }}
{{- range $name, $port := .Values.global.ports }}
{{- if not (has (printf "YIMA_%s_URL" (upper $name)) $own) }}
- {name: YIMA_{{ upper $name }}_URL, value: "{{ include "service.scheme" $ }}://{{ $.Release.Name }}-{{ $name }}:{{ $port }}"}
{{- end }}
{{- end }}
{{- if include "service.secretFiles" . }}
- {name: YIMA_SECRETS_FOLDER, value: /run/secrets/yima}
{{- end }}
{{- range $name, $from := .Values.secretEnv }}
{{- if not (hasPrefix "YIMA_" $name) }}
- name: {{ $name }} # not ours: a library reads it
  valueFrom: {secretKeyRef: {name: {{ tpl $from.secret $ | quote }}, key: {{ $from.key | quote }}}}
{{- end }}
{{- end }}
{{- range .Values.env }}
{{- if not (hasKey $.Values.settings .name) }}
- {name: {{ .name }}, value: {{ tpl .value $ | quote }}}
{{- end }}
{{- end }}
{{- range $name, $value := .Values.settings }}
- {name: {{ $name }}, value: {{ $value | quote }}}
{{- end }}
{{- end }}

{{/* What is secret: a file each, called as the variable that it is the value of. */}}
{{- define "service.secretFiles" -}}
{{- if .Values.global.nats.caSecret }}
- secret: {name: {{ tpl .Values.global.nats.caSecret . | quote }}, items: [{key: ca.crt, path: YIMA_NATS_CA}]}
{{- end }}
{{- if ne .Values.global.tls.mode "none" }}
- secret: {name: {{ include "service.tlsSecret" . }}, items: [{key: tls.crt, path: YIMA_TLS_CERTIFICATE}, {key: tls.key, path: YIMA_TLS_KEY}, {key: ca.crt, path: YIMA_TLS_CA}]}
{{- end }}
{{- if and (eq .Values.global.nats.mode "embedded") .Values.bus }}
- secret: {name: {{ .Release.Name }}-nats, items: [{key: {{ .Values.name }}, path: YIMA_NATS_PASSWORD}]}
{{- else if and .Values.global.nats.seedSecret .Values.bus }}
- secret: {name: {{ tpl .Values.global.nats.seedSecret . | quote }}, items: [{key: {{ .Values.name }}, path: YIMA_NATS_SEED}]}
{{- end }}
{{- if .Values.database }}
- secret: {name: {{ include "service.databaseSecret" . }}, items: [{key: url, path: YIMA_DATABASE_URL}]}
{{- end }}
{{- range $name, $from := .Values.secretEnv }}
{{- if hasPrefix "YIMA_" $name }}
- secret: {name: {{ tpl $from.secret $ | quote }}, items: [{key: {{ $from.key | quote }}, path: {{ $name }}}]}
{{- end }}
{{- end }}
{{- end }}

{{- define "service.secretMount" -}}
{{- if include "service.secretFiles" . }}
- {name: secrets, mountPath: /run/secrets/yima, readOnly: true}
{{- end }}
{{- end }}

{{- define "service.secretVolume" -}}
{{- with include "service.secretFiles" . }}
- name: secrets
  projected:
    defaultMode: 0440
    sources: {{- . | nindent 6 }}
{{- end }}
{{- end }}

{{/* The city's pack, a ConfigMap of the umbrella's. */}}
{{- define "service.cityMount" -}}
- {name: city, mountPath: /etc/yima, readOnly: true}
{{- end }}

{{- define "service.cityVolume" -}}
- {name: city, configMap: {name: {{ .Release.Name }}-city}}
{{- end }}

{{- define "service.databaseSecret" -}}
{{ tpl .Values.global.database.secretName (dict "service" .Values.name "Release" .Release "Template" .Template) }}
{{- end }}

{{/* A name that is asked of a server which is being replaced gets no answer, and is asked again after a second, of
another: a resolver's own five are longer than a call waits for its connection. */}}
{{- define "service.dns" -}}
options: [{name: timeout, value: "1"}, {name: attempts, value: "4"}]
{{- end }}

{{/* Nobody in particular, with nothing to write to and nothing to be allowed. */}}
{{- define "service.podSecurity" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
fsGroupChangePolicy: OnRootMismatch
seccompProfile: {type: RuntimeDefault}
{{- end }}

{{- define "service.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: {drop: [ALL]}
{{- end }}
