// How loud a stream is, for a meter beside a microphone and for who is speaking.

const everyMs = 100;
/** Speech into a microphone lies about here; louder is a full meter. */
const fullAt = 0.25;

/**
 * Calls `show` ten times a second with how loud the stream's sound is, 0 to 1; returns how to stop. A stream without sound shows 0.
 * `context` is one of the app's own; it must be running, or the level stays 0.
 */
export function watchLevel(stream: MediaStream, context: AudioContext, show: (level: number) => void): () => void {
  if (stream.getAudioTracks().length === 0) {
    show(0);
    return () => undefined;
  }
  const source = context.createMediaStreamSource(stream);
  const analyser = context.createAnalyser();
  analyser.fftSize = 1024;
  source.connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
    show(Math.min(1, Math.sqrt(power) / fullAt));
  }, everyMs);
  return () => {
    clearInterval(timer);
    source.disconnect();
  };
}
