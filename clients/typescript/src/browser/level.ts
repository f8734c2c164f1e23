// The loudness of a stream, for a microphone's meter and for detecting who speaks.

const everyMs = 100;
/** The typical level of speech; louder shows as a full meter. */
const fullAt = 0.25;

/**
 * Calls `show` ten times a second with the stream's loudness, 0 to 1; returns a function that stops it. A stream without sound
 * shows 0. `context` belongs to the app; while it is not running the level stays 0.
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
