// The search of the site runs in a worker, which browsers refuse to a page from file://.
// There its script runs in a hidden frame instead. The theme looks for the name `IFrameWorker`.
if (location.protocol === "file:") {
  window.IFrameWorker = class extends EventTarget {
    constructor(url) {
      super();
      const frame = document.createElement("iframe");
      frame.hidden = true;
      frame.srcdoc = "<!doctype html><title>search</title>";
      this.ready = new Promise((resolve) => {
        frame.onload = async () => {
          const inner = frame.contentWindow;
          const load = (src) => new Promise((loaded, failed) => {
            const script = inner.document.createElement("script");
            Object.assign(script, { src, onload: loaded, onerror: failed });
            inner.document.body.append(script);
          });
          inner.importScripts = (...urls) => urls.reduce((done, one) => done.then(() => load(one)), Promise.resolve());
          inner.postMessage = (data) => this.dispatchEvent(new MessageEvent("message", { data }));
          await load(url);
          resolve(inner);
        };
      });
      document.body.append(frame);
    }
    postMessage(data) {
      this.ready.then((inner) => inner.dispatchEvent(new inner.MessageEvent("message", { data })));
    }
  };
  window.Worker = window.IFrameWorker;
}
