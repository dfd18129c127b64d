// Browsers start no worker from a file on disk, and the theme's search runs in one. Here a hidden frame does its work:
// on disk `Worker` is a class that loads the script into a frame and passes messages to and fro.
if (location.protocol === "file:") {
  window.Worker = class extends EventTarget {
    constructor(url) {
      super();
      const home = new URL(url, location.href);
      this.frame = document.createElement("iframe");
      this.frame.hidden = true;
      this.frame.title = "search";
      document.documentElement.append(this.frame);
      const inside = this.frame.contentWindow;
      const page = inside.document;
      inside.importScripts = (...urls) =>
        urls.reduce(
          (before, one) =>
            before.then(
              () =>
                new Promise((done, failed) => {
                  const script = page.createElement("script");
                  script.src = new URL(one, home).href;
                  script.onload = done;
                  script.onerror = failed;
                  page.body.append(script);
                }),
            ),
          Promise.resolve(),
        );
      // What the script posts goes to this page; what this page posts goes to the script's own listeners.
      inside.postMessage = (data) => {
        const event = new MessageEvent("message", { data });
        this.dispatchEvent(event);
        if (this.onmessage) this.onmessage(event);
      };
      this.ready = inside.importScripts(home.href);
      this.ready.catch(() => {
        const event = new Event("error");
        this.dispatchEvent(event);
        if (this.onerror) this.onerror(event);
      });
    }

    postMessage(data) {
      this.ready.then(() => this.frame.contentWindow.dispatchEvent(new MessageEvent("message", { data })));
    }

    terminate() {
      this.frame.remove();
    }
  };
}
