{{- /* What pods of both kinds have in common; each is called with (dict "root" $ "component" "silo"). */ -}}

{{- define "labels" -}}
app.kubernetes.io/name: orleanscalls
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{- define "image" -}}
{{ .root.Values.image.registry }}/orleanscalls-{{ .component }}:{{ .root.Values.image.tag | default .root.Chart.AppVersion }}
{{- end }}

{{- define "podMetadata" -}}
labels:
  {{- include "labels" . | nindent 2 }}
  {{- if and (eq .component "silo") .root.Values.cluster.watchPods }}
  # Orleans finds the pods of its silos by these labels.
  orleans/serviceId: orleans-calls
  orleans/clusterId: {{ .root.Values.cluster.id }}
  {{- end }}
annotations:
  # A change of settings restarts the pods.
  checksum/settings: {{ include (print .root.Template.BasePath "/settings.yaml") .root | sha256sum }}
{{- end }}

{{- define "podSpec" -}}
{{- $own := index .root.Values .component -}}
terminationGracePeriodSeconds: {{ $own.terminationGracePeriodSeconds }}
enableServiceLinks: false
{{- with .root.Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
securityContext:
  runAsNonRoot: true
  runAsUser: 1654
  runAsGroup: 1654
  fsGroup: 1654
  seccompProfile: { type: RuntimeDefault }
topologySpreadConstraints:
  {{- range list "kubernetes.io/hostname" "topology.kubernetes.io/zone" }}
  - maxSkew: 1
    topologyKey: {{ . }}
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- include "labels" $ | nindent 8 }}
  {{- end }}
{{- with $own.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $own.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
volumes:
  - name: tmp
    emptyDir: {}
  {{- if .root.Values.cluster.tlsSecret }}
  - name: tls
    secret: { secretName: {{ .root.Values.cluster.tlsSecret }} }
  {{- end }}
{{- end }}

{{- define "container" -}}
image: {{ include "image" . }}
imagePullPolicy: {{ .root.Values.image.pullPolicy }}
resources:
  {{- toYaml (index .root.Values .component).resources | nindent 2 }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: { drop: [ALL] }
volumeMounts:
  - { name: tmp, mountPath: /tmp }
  {{- if .root.Values.cluster.tlsSecret }}
  - { name: tls, mountPath: /etc/orleanscalls/tls, readOnly: true }
  {{- end }}
{{- end }}

{{- define "budget" -}}
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {{ .component }}
  labels:
    {{- include "labels" . | nindent 4 }}
spec:
  maxUnavailable: {{ .root.Values.maxUnavailable }}
  selector:
    matchLabels:
      {{- include "labels" . | nindent 6 }}
{{- end }}
