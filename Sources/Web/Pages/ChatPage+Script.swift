extension ChatPage {
    /// Everything that a person or the server wrote becomes text nodes; no markup is ever made from text.
    static let script = scriptTexts + scriptProgram

    private static let scriptTexts = #"""
        'use strict';
        const TEXTS = {
          vi: {
            skip: 'Tới ô nhắn tin', role: 'Trợ lý tự động · chạy thử', end: 'Kết thúc và xóa',
            urgent: 'Gặp nguy hiểm, gọi ngay', privacy: 'Quyền riêng tư', mailbox: 'Xem tin đã báo', haveCode: 'Đã có mã và PIN?',
            shared: 'Cuộc trò chuyện chỉ được nhớ trong thẻ này. Máy dùng chung thì bấm “Kết thúc và xóa” khi xong.',
            demo: 'Bản trình diễn: không ai đọc tin báo gửi ở đây.',
            conversation: 'Cuộc trò chuyện', typing: 'Đang trả lời', newer: 'Tin mới ở dưới', write: 'Nhắn tin',
            placeholder: 'Nhắn tin…', send: 'Gửi', language: 'English',
            confirmTitle: 'Kết thúc và xóa?',
            confirmText: 'Tin nhắn trên máy này sẽ mất và không lấy lại được. Bản đã gửi được hệ thống giữ tối đa {days} ngày.',
            confirmYes: 'Kết thúc và xóa', confirmNo: 'Ở lại',
            welcome: 'Xin chào, đây là {bot}',
            welcomeText: 'Một máy trả lời tự động cho phụ huynh, học sinh và nhà trường ở {place}. Cứ hỏi như nhắn cho người quen, có dấu hay không dấu đều được.',
            welcomeQuiet: 'Đang chạy thử: xin đừng gửi tên thật hay việc thật. Cuộc trò chuyện chỉ được nhớ trong thẻ này; máy dùng chung thì bấm “Kết thúc và xóa” khi xong.',
            startClasses: 'Tìm lớp kỹ năng sống', startMine: 'Lớp con đã đăng ký',
            startReport: 'Báo tin bạo lực học đường', startHuman: 'Gặp người thật',
            sending: 'Đang gửi…', failed: 'Không gửi được, thử lại', you: 'Bạn: ', bot: 'Trợ lý: ', sent: 'Đã gửi',
            slow: 'Tin đã được nhận; câu trả lời đến chậm hơn thường lệ.',
            reconnecting: 'Mất kết nối, đang nối lại…', offline: 'Máy đang không có mạng. Tin nhắn sẽ gửi khi có mạng lại.',
            tooMany: 'Gửi hơi nhanh, xin chờ một lát rồi thử lại.',
            lost: 'Phiên trước đã hết. Tin nhắn tiếp theo bắt đầu phiên mới.',
            erased: 'Đã kết thúc và xóa khỏi máy này. Muốn hỏi tiếp thì cứ nhắn, một cuộc trò chuyện mới sẽ bắt đầu.',
            attachment: 'Mở tệp kèm theo'
          },
          en: {
            skip: 'To the message box', role: 'Automatic assistant · on trial', end: 'End and erase',
            urgent: 'In danger? Call now', privacy: 'Privacy', mailbox: 'See what you reported', haveCode: 'Have a code and PIN?',
            shared: 'The conversation is remembered in this tab only. On a shared device press “End and erase” when you are done.',
            demo: 'Demonstration: nobody reads reports that are sent here.',
            conversation: 'Conversation', typing: 'Answering', newer: 'New messages below', write: 'Message',
            placeholder: 'Message…', send: 'Send', language: 'Tiếng Việt',
            confirmTitle: 'End and erase?',
            confirmText: 'The messages on this device will be gone and cannot be brought back. What was sent is kept by the service for at most {days} days.',
            confirmYes: 'End and erase', confirmNo: 'Stay',
            welcome: 'Hello, this is {bot}',
            welcomeText: 'A machine that answers parents, pupils and schools in {place}. Just ask, in Vietnamese or English.',
            welcomeQuiet: 'On trial: please send no real names or matters. The conversation is remembered in this tab only; on a shared device press “End and erase” when you are done.',
            startClasses: 'Find a life-skills class', startMine: 'My child’s classes',
            startReport: 'Report school violence', startHuman: 'Talk to a person',
            sending: 'Sending…', failed: 'Not sent, try again', you: 'You: ', bot: 'Assistant: ', sent: 'Sent',
            slow: 'Your message was received; the answer takes longer than usual.',
            reconnecting: 'Connection lost, reconnecting…', offline: 'This device is offline. Messages are sent when it is back.',
            tooMany: 'A little too fast; please wait a moment and try again.',
            lost: 'The previous session is over. Your next message begins a new one.',
            erased: 'Ended, and erased from this device. To go on, just write: a new conversation begins.',
            attachment: 'Open the attachment'
          }
        };

        """#

    private static let scriptProgram = #"""
        (() => {
          const KEY = 'nhipcau.chat';
          const $ = id => document.getElementById(id);
          const log = $('log'), scroller = $('scroll'), box = $('text'), sendButton = $('send'), typing = $('typing');
          const facts = document.body.dataset;
          const nodes = new Map();
          let state = fresh(), queue = [], pumping = false, run = 0, stream = null, lastByte = 0;
          let typingTimer = 0, stateTimer = 0, sleeper = null, pinned = false;

          // What this page remembers lives in sessionStorage: it dies with the tab, because the device may be shared.
          function fresh(lang) { return { lang: lang || 'vi', session: null, token: null, cursor: '', spoke: '', entries: [] }; }
          function load() {
            try {
              const kept = JSON.parse(sessionStorage.getItem(KEY));
              if (kept && Array.isArray(kept.entries) && TEXTS[kept.lang]) state = kept;
            } catch {}
            for (const entry of state.entries) if (entry.status === 'sending') entry.status = 'failed';
          }
          function save() {
            state.entries = state.entries.slice(-200);
            try { sessionStorage.setItem(KEY, JSON.stringify(state)); } catch {}
          }
          function t(key) {
            return TEXTS[state.lang][key].replace(/\{(\w+)\}/g, (whole, name) => facts[name] || whole);
          }
          function newID() {
            return Array.from(crypto.getRandomValues(new Uint8Array(12)), byte => byte.toString(16).padStart(2, '0')).join('');
          }
          function make(tag, className, text) {
            const node = document.createElement(tag);
            if (className) node.className = className;
            if (text !== undefined) node.textContent = text;
            return node;
          }

          function inLanguage(path) { return state.lang === 'en' ? path + '?lang=en' : path; }

          // --- texts and links ---
          // Only addresses of this service become links: whatever else a message holds stays text.
          const OWN = [location.origin, facts.origin];
          const LINK = /https?:\/\/[^\s<>"'“”]+|(?<![\w+.,])(?:\+84|0)(?:[ .]?\d){8,10}(?!\d)|(?<![\w.,\/-])11[1345](?![\w\/-]|[.,]\d)/g;
          function fill(node, text) {
            let done = 0;
            for (const match of text.matchAll(LINK)) {
              let found = match[0];
              const isAddress = found.startsWith('http');
              if (isAddress) found = found.replace(/[.,;:!?)\]]+$/, '');
              node.append(text.slice(done, match.index));
              done = match.index + found.length;
              const link = make('a', '', found);
              if (isAddress) {
                const address = ownAddress(found);
                if (!address) { node.append(found); continue; }
                link.href = address;
                link.target = '_blank';
                link.rel = 'noopener noreferrer';
              } else {
                link.href = 'tel:' + found.replace(/[^\d+]/g, '');
              }
              node.append(link);
            }
            node.append(text.slice(done));
          }
          function ownAddress(text) {
            try {
              const address = new URL(text);
              return OWN.includes(address.origin) && !address.username && !address.password ? address.href : null;
            } catch { return null; }
          }
          function clock(at) {
            return new Intl.DateTimeFormat(state.lang === 'en' ? 'en-GB' : 'vi-VN', { hour: '2-digit', minute: '2-digit' }).format(at);
          }

          // --- drawing ---
          function drawWelcome() {
            const item = make('li', 'welcome');
            item.append(make('h1', '', t('welcome')), make('p', '', t('welcomeText')));
            const starts = [['startClasses', '#intent:classes.find'], ['startMine', '#intent:classes.mine'],
              ['startReport', '#intent:reports.report'], ['startHuman', '#intent:common.human']];
            const list = make('ul', 'choices');
            for (const [key, payload] of starts) {
              const choice = make('button', key === 'startReport' ? 'urgent-choice' : '', t(key));
              choice.type = 'button';
              choice.addEventListener('click', () => say(t(key), payload));
              const place = make('li');
              place.append(choice);
              list.append(place);
            }
            item.append(list);
            if (facts.mailbox) {
              const back = make('p', 'quiet', t('haveCode') + ' ');
              const link = make('a', '', t('mailbox'));
              link.href = inLanguage('/r');
              back.append(link);
              item.append(back);
            }
            item.append(make('p', 'quiet', t('welcomeQuiet')));
            return item;
          }
          function draw(entry) {
            if (entry.from === 'note') return make('li', 'note', t(entry.key));
            const item = make('li', entry.from + (entry.status === 'failed' ? ' failed' : ''));
            if (entry.shows) item.append(make('span', 'when', clock(entry.at)));
            const bubble = make('div', 'bubble');
            bubble.append(make('span', 'unseen', t(entry.from === 'me' ? 'you' : 'bot')));
            fill(bubble, entry.text || '');
            for (const file of entry.files || []) {
              const link = make('a', '', t('attachment'));
              link.href = file;
              link.target = '_blank';
              link.rel = 'noopener noreferrer';
              bubble.append(entry.text ? '\n' : '', link);
            }
            item.append(bubble);
            if (entry.status === 'failed') {
              const retry = make('button', 'retry', t('failed'));
              retry.type = 'button';
              retry.addEventListener('click', () => { setStatus(entry, 'sending'); enqueue(entry); focusBox(); });
              item.append(retry);
            } else if (entry.status === 'sending') {
              item.append(make('span', 'meta', t('sending')));
            }
            if (entry.buttons && entry.buttons.length) item.append(drawChoices(entry));
            return item;
          }
          function drawChoices(entry) {
            const list = make('ul', 'choices');
            entry.buttons.forEach((button, index) => {
              const choice = make('button', entry.used === index ? 'chosen' : '', button.title);
              choice.type = 'button';
              choice.disabled = entry.used !== undefined;
              choice.addEventListener('click', () => {
                if (entry.used !== undefined) return;
                entry.used = index;
                say(button.title, button.payload);
                focusBox();
              });
              const place = make('li');
              place.append(choice);
              list.append(place);
            });
            return list;
          }
          function redraw(entry) {
            const old = nodes.get(entry);
            if (!old) return;
            const item = draw(entry);
            old.replaceWith(item);
            nodes.set(entry, item);
          }
          function add(entry) {
            const stays = entry.from === 'me' || nearEnd();
            if (entry.from === 'bot') forgetChoices(); else if (entry.from === 'me') closeChoices();
            // The time stands where a conversation begins or goes on after a pause, not under each line.
            const before = state.entries.findLast(other => other.shows);
            if (entry.at && (!before || entry.at - before.at > 600000)) entry.shows = true;
            state.entries.push(entry);
            save();
            const item = draw(entry);
            item.classList.add('fresh');
            nodes.set(entry, item);
            log.append(item);
            if (stays) toEnd(); else $('newer').hidden = false;
          }
          // Choices belong to the last thing that was asked: answered ones can no longer be pressed, older ones go.
          function closeChoices() {
            for (const entry of state.entries) if (entry.buttons && entry.used === undefined) { entry.used = -1; redraw(entry); }
          }
          function forgetChoices() {
            for (const entry of state.entries) if (entry.buttons && entry.used !== undefined) { delete entry.buttons; redraw(entry); }
          }
          function setStatus(entry, status) {
            entry.status = status;
            save();
            redraw(entry);
          }
          function redrawAll() {
            log.setAttribute('aria-busy', 'true');
            log.replaceChildren(drawWelcome());
            nodes.clear();
            for (const entry of state.entries) {
              const item = draw(entry);
              nodes.set(entry, item);
              log.append(item);
            }
            log.removeAttribute('aria-busy');
          }
          // On a telephone this would raise the keyboard over what was just asked.
          function focusBox() {
            if (matchMedia('(pointer: fine)').matches) box.focus({ preventScroll: true }); else scroller.focus({ preventScroll: true });
          }
          function nearEnd() { return scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 120; }
          function toEnd() {
            $('newer').hidden = true;
            scroller.scrollTop = scroller.scrollHeight;
          }
          function showTyping(on) {
            clearTimeout(typingTimer);
            const end = nearEnd();
            typing.hidden = !on;
            if (on && end) toEnd();
            if (on) typingTimer = setTimeout(() => { showTyping(false); add({ from: 'note', key: 'slow' }); }, 20000);
          }
          function tell(key, after) {
            clearTimeout(stateTimer);
            if (!key) { $('state').hidden = true; return; }
            stateTimer = setTimeout(() => { $('state').textContent = t(key); $('state').hidden = false; }, after || 0);
          }

          // --- sending ---
          class Refusal extends Error {
            constructor(status, wait) { super('refused'); this.status = status; this.wait = wait; }
          }
          async function call(path, body, method) {
            const headers = { 'Content-Type': 'application/json' };
            if (state.token) headers.Authorization = 'Bearer ' + state.token;
            const answer = await fetch(path, {
              method: method || 'POST', headers, body: body === undefined ? undefined : JSON.stringify(body),
              cache: 'no-store', credentials: 'omit', referrerPolicy: 'no-referrer', signal: AbortSignal.timeout(20000)
            });
            if (!answer.ok) throw new Refusal(answer.status, Number(answer.headers.get('Retry-After')) || 0);
            return answer.status === 204 ? null : answer.json();
          }
          async function begin() {
            if (state.session) return;
            const { session, token } = await call('/chat/sessions', { language: state.lang });
            state.session = session;
            state.token = token;
            state.cursor = '';
            save();
            listen();
          }
          async function speak() {
            // The assistant begins in Vietnamese; somebody who reads this page in English is answered in English.
            if (state.spoke === state.lang || (!state.spoke && state.lang === 'vi')) return;
            await post({ id: newID(), payload: '#intent:common.language_' + state.lang });
            state.spoke = state.lang;
            save();
          }
          function post(message) { return call('/chat/sessions/' + encodeURIComponent(state.session) + '/messages', message); }
          function say(text, payload) {
            const entry = { from: 'me', id: newID(), text, at: Date.now(), status: 'sending' };
            if (payload) entry.payload = payload;
            add(entry);
            enqueue(entry);
          }
          function enqueue(entry) {
            queue.push(entry);
            pump();
          }
          async function pump() {
            if (pumping) return;
            pumping = true;
            while (queue.length) {
              const entry = queue[0];
              const failure = await attempt(entry);
              queue.shift();
              if (!state.entries.includes(entry)) continue;
              setStatus(entry, failure ? 'failed' : 'sent');
              if (failure) {
                showTyping(false);
                if (failure.status === 429) add({ from: 'note', key: 'tooMany' });
              }
            }
            pumping = false;
          }
          // The id stays the same over all attempts, so a message that did arrive is not counted twice.
          async function attempt(entry) {
            let failure;
            for (let turn = 0; turn < 3; turn++) {
              try {
                await begin();
                await speak();
                // Before the message goes: its answer may be here before the word that it arrived.
                showTyping(true);
                await post(entry.payload ? { id: entry.id, payload: entry.payload } : { id: entry.id, text: entry.text });
                return null;
              } catch (error) {
                failure = error;
                if (error.status === 401 || error.status === 404) { drop(); continue; }
                if (error.status >= 400 && error.status < 500) return error;
                if (turn < 2) await pause(Math.min(Math.max(error.wait * 1000 || 0, 700 * (turn + 1)), 6000));
              }
            }
            return failure;
          }
          function drop() {
            stop();
            state.session = state.token = null;
            state.cursor = state.spoke = '';
            save();
          }
          function pause(milliseconds) {
            return new Promise(resolve => {
              const timer = setTimeout(resolve, milliseconds);
              sleeper = () => { clearTimeout(timer); resolve(); };
            });
          }

          // --- listening ---
          function stop() {
            run++;
            if (stream) stream.abort();
            tell(null);
          }
          async function listen() {
            const mine = ++run;
            let delay = 500;
            while (mine === run && state.session) {
              stream = new AbortController();
              lastByte = Date.now();
              try {
                const headers = { Accept: 'text/event-stream', Authorization: 'Bearer ' + state.token };
                if (state.cursor) headers['Last-Event-ID'] = state.cursor;
                const answer = await fetch('/chat/sessions/' + encodeURIComponent(state.session) + '/events', {
                  headers, cache: 'no-store', credentials: 'omit', referrerPolicy: 'no-referrer', signal: stream.signal
                });
                if (mine !== run) return;
                if (answer.status === 401 || answer.status === 404) {
                  drop();
                  add({ from: 'note', key: 'lost' });
                  return;
                }
                if (!answer.ok) throw new Refusal(answer.status, 0);
                tell(null);
                await read(answer.body.getReader(), mine, () => { delay = 500; });
              } catch {}
              if (mine !== run) return;
              tell(navigator.onLine === false ? 'offline' : 'reconnecting', 1500);
              await pause(delay * (0.75 + Math.random() / 2));
              delay = Math.min(delay * 2, 15000);
            }
          }
          async function read(reader, mine, alive) {
            const decoder = new TextDecoder();
            let rest = '', id = '', data = [];
            for (;;) {
              const { value, done } = await reader.read();
              if (done || mine !== run) return;
              lastByte = Date.now();
              alive();
              rest += decoder.decode(value, { stream: true });
              const lines = rest.split('\n');
              rest = lines.pop();
              for (let line of lines) {
                if (line.endsWith('\r')) line = line.slice(0, -1);
                if (line === '') {
                  if (data.length) receive(id, data.join('\n'));
                  data = [];
                } else if (line.startsWith('id:')) id = line.slice(3).trim();
                else if (line.startsWith('data:')) data.push(line.slice(5).replace(/^ /, ''));
              }
            }
          }
          function receive(id, text) {
            let message;
            try { message = JSON.parse(text); } catch { return; }
            state.cursor = id || state.cursor;
            if (state.entries.some(entry => entry.from === 'bot' && entry.id === message.id)) { save(); return; }
            showTyping(false);
            const files = (message.attachments || []).map(file => file.url).filter(url => /^https:\/\//.test(url || ''));
            add({
              from: 'bot', id: message.id, text: message.text || '', at: Date.parse(message.at) || Date.now(),
              buttons: (message.buttons || []).slice(0, 20), files: files.length ? files : undefined
            });
          }
          // A connection that has been silent for longer than two heartbeats is dead, whatever the browser thinks.
          setInterval(() => { if (stream && state.session && Date.now() - lastByte > 50000) stream.abort(); }, 5000);
          function wake() {
            if (sleeper) sleeper();
            if (stream && state.session && Date.now() - lastByte > 25000) stream.abort();
          }

          // --- language, end, keyboard ---
          function applyLanguage() {
            document.documentElement.lang = state.lang;
            for (const node of document.querySelectorAll('[data-t]')) node.textContent = t(node.dataset.t);
            for (const node of document.querySelectorAll('[data-label]')) node.setAttribute('aria-label', t(node.dataset.label));
            for (const node of document.querySelectorAll('[data-vi]')) node.textContent = node.dataset[state.lang];
            box.placeholder = t('placeholder');
            for (const node of document.querySelectorAll('[data-language]')) node.href = inLanguage(node.pathname);
            const other = $('language');
            other.querySelector('.long').textContent = t('language');
            other.querySelector('.short').textContent = state.lang === 'en' ? 'VI' : 'EN';
            other.lang = state.lang === 'en' ? 'vi' : 'en';
            $('end').title = t('end');
          }
          $('language').addEventListener('click', () => {
            state.lang = state.lang === 'en' ? 'vi' : 'en';
            save();
            applyLanguage();
            redrawAll();
            if (state.entries.length) toEnd();
          });
          $('end').addEventListener('click', () => $('confirm').showModal());
          $('confirm').addEventListener('close', async () => {
            if ($('confirm').returnValue !== 'erase') return;
            $('confirm').returnValue = '';
            const path = state.session && '/chat/sessions/' + encodeURIComponent(state.session);
            const token = state.token;
            stop();
            queue = [];
            showTyping(false);
            state = fresh(state.lang);
            try { sessionStorage.removeItem(KEY); } catch {}
            box.value = '';
            fit();
            redrawAll();
            const note = make('li', 'note', t('erased'));
            note.tabIndex = -1;
            log.append(note);
            note.focus({ focusVisible: false });
            if (path) {
              try {
                await fetch(path, { method: 'DELETE', headers: { Authorization: 'Bearer ' + token }, keepalive: true, credentials: 'omit', referrerPolicy: 'no-referrer' });
              } catch {}
            }
          });
          function fit() {
            box.style.height = 'auto';
            box.style.height = Math.min(box.scrollHeight + 3, 152) + 'px';
            sendButton.disabled = !box.value.trim();
          }
          box.addEventListener('input', fit);
          box.addEventListener('keydown', event => {
            // Telex and VNI keyboards compose letters: Enter may only finish a word there.
            if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return;
            event.preventDefault();
            submit();
          });
          $('composer').addEventListener('submit', event => { event.preventDefault(); submit(); });
          function submit() {
            const text = box.value.trim();
            if (!text) return;
            box.value = '';
            fit();
            say(text);
            box.focus({ preventScroll: true });
          }
          $('newer').addEventListener('click', () => { toEnd(); focusBox(); });
          scroller.addEventListener('scroll', () => {
            pinned = nearEnd();
            if (pinned) $('newer').hidden = true;
          }, { passive: true });
          new ResizeObserver(() => { if (pinned) toEnd(); }).observe(scroller);
          addEventListener('online', wake);
          addEventListener('offline', () => { if (state.session) tell('offline'); });
          document.addEventListener('visibilitychange', () => { if (!document.hidden) wake(); });
          if (window.visualViewport) {
            const place = () => {
              document.documentElement.style.setProperty('--app', visualViewport.height + 'px');
              $('app').style.top = visualViewport.offsetTop + 'px';
            };
            visualViewport.addEventListener('resize', place);
            visualViewport.addEventListener('scroll', place);
          }

          load();
          applyLanguage();
          redrawAll();
          fit();
          if (state.entries.length) toEnd();
          if (state.session) listen();
        })();
        """#
}
