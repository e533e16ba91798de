import { SlackSink } from './sink';

// The sink as a process: SLACK_SINK_PORT is a TCP port of 127.0.0.1. SIGTERM ends it.
void SlackSink.start(Number(process.env.SLACK_SINK_PORT)).then(sink => {
  process.once('SIGTERM', () => void sink.stop());
});
