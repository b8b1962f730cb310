/// What the reporters' pages do where scripts run; without them every button works all the same.
///
/// Forms are sent in the background and the page takes the answer's place, so that the browser's history has one entry
/// for all of it and nothing that could be sent once more by going back.
enum ReporterScript {
    static let text = #"""
        'use strict';
        (() => {
          const value = name => document.querySelector('input[name="' + name + '"]')?.value;
          function farewell() {
            const fields = new URLSearchParams({ do: 'leave' });
            for (const name of ['s', 'n']) if (value(name)) fields.set(name, value(name));
            return fields;
          }
          // Leaves no way back to this page: what is on it goes first, then the server is told, then the address changes.
          function leave(goal) {
            const fields = farewell();
            document.body.replaceChildren();
            try { sessionStorage.clear(); } catch {}
            navigator.sendBeacon(location.pathname, fields);
            location.replace(goal);
          }
          function send(form) {
            const button = form.querySelector('button'), label = button.textContent, lost = document.getElementById('lost');
            lost.hidden = true;
            button.disabled = true;
            if (button.dataset.wait) button.textContent = button.dataset.wait;
            const request = new XMLHttpRequest();
            const failed = () => {
              button.disabled = false;
              button.textContent = label;
              lost.hidden = false;
              lost.scrollIntoView({ block: 'center' });
            };
            request.open('POST', form.action);
            request.responseType = 'document';
            request.timeout = 60000;
            request.onerror = request.ontimeout = failed;
            request.onload = () => {
              const page = request.response;
              if (!page || !page.querySelector('main')) { failed(); return; }
              for (const script of page.querySelectorAll('script')) script.remove();
              document.documentElement.lang = page.documentElement.lang;
              document.body.replaceWith(document.adoptNode(page.body));
              scrollTo(0, 0);
              const first = document.querySelector('h1');
              first.tabIndex = -1;
              first.focus({ focusVisible: false, preventScroll: true });
            };
            request.send(new URLSearchParams(new FormData(form)));
          }
          document.addEventListener('submit', event => {
            event.preventDefault();
            if (event.target.className === 'leaves') leave(document.body.dataset.exit); else send(event.target);
          });
          // A tab that is closed closes the mailbox.
          addEventListener('pagehide', () => { if (value('s')) navigator.sendBeacon(location.pathname, farewell()); });
          // Kept by the browser for its back button: never shown again.
          addEventListener('pageshow', event => { if (event.persisted) leave('/r'); });
          let last = Date.now();
          const look = () => {
            const idle = Number(document.body.dataset.idle) * 1000;
            if (idle && Date.now() - last >= idle) leave('/r');
          };
          for (const kind of ['pointerdown', 'keydown', 'input', 'scroll']) {
            addEventListener(kind, () => { last = Date.now(); }, { passive: true });
          }
          document.addEventListener('visibilitychange', () => { if (!document.hidden) look(); });
          setInterval(look, 5000);
        })();
        """#
}
