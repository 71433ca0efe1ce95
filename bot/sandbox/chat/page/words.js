// The page's own few words, in three languages. What the bot says comes from the bot.

const WORDS = {
  ru: { start: "СТАРТ", kb: "КБ", mb: "МБ", chat: "Чат", sms: "SMS", desk: "Модератор", write: "Сообщение", bot: "бот", typing: "печатает…", upload: "отправляет файл…",
    copied: "Скопировано", album: "Фото или альбом", own: "Мой номер", sticker: "Стикер", voice: "Голосовое", location: "Геопозиция", inline: "Имя в чат", group: "Группа", privately: "В личный чат", forwarded: "Переслано",
    photo: "Фото", document: "Файл", contact: "Контакт", video: "Видео", audio: "Аудио", animation: "GIF", video_note: "Видеосообщение", poll: "Опрос",
    reply: "Ответить", forward: "Переслать", nothing: "Ничего не найдено", paid: "платный", error: "код ошибки",
    account: "Демо-аккаунт SMSC", login: "Логин", password: "Пароль", key: "API-ключ", copy: "Копировать", noSms: "SMS пока нет. Коды подтверждения приходят сюда.",
    alone: "Стенд SMSC не подключён.", clock: "Часы стенда", faults: "Сбои", make: "Включить", clear: "Убрать сбои", names: "Имена", activate: "Допустить", reject: "Отклонить", remove: "Удалить имя",
    wait: "На модерацию", comment: "комментарий", open: "Открыть", admit: "Допустить", minute: "+1 мин", hour: "+1 ч", hours: "+8 ч", day: "+1 день", edited: "изменено",
    active: "активно", waiting: "ждёт", rejected: "отклонено", documents: "Документы", save: "OK", upload: "пока идёт запрос", before: "до выполнения", after: "после выполнения", requests: "Последние запросы", statuses: ["на проверке", "отклонён", "допущен"] },
  kk: { start: "БАСТАУ", kb: "КБ", mb: "МБ", chat: "Чат", sms: "SMS", desk: "Модератор", write: "Хабарлама", bot: "бот", typing: "жазып жатыр…", upload: "файл жіберуде…",
    copied: "Көшірілді", album: "Фото немесе альбом", own: "Менің нөмірім", sticker: "Стикер", voice: "Дауыстық", location: "Геолокация", inline: "Атауды чатқа жіберу", group: "Топ", privately: "Жеке чатқа", forwarded: "Бағытталды",
    photo: "Фото", document: "Файл", contact: "Контакт", video: "Видео", audio: "Аудио", animation: "GIF", video_note: "Бейнехабарлама", poll: "Сауалнама",
    reply: "Жауап беру", forward: "Бағыттау", nothing: "Ештеңе табылмады", paid: "ақылы", error: "қате коды",
    account: "SMSC демо аккаунты", login: "Логин", password: "Құпиясөз", key: "API кілті", copy: "Көшіру", noSms: "Әзірге SMS жоқ. Растау кодтары осында келеді.",
    alone: "SMSC стенді қосылмаған.", clock: "Стенд сағаты", faults: "Ақаулар", make: "Қосу", clear: "Ақауларды өшіру", names: "Атаулар", activate: "Мақұлдау", reject: "Қабылдамау", remove: "Атауды жою",
    wait: "Модерацияға", comment: "түсініктеме", open: "Ашу", admit: "Мақұлдау", minute: "+1 мин", hour: "+1 сағ", hours: "+8 сағ", day: "+1 күн", edited: "өзгертілді",
    active: "белсенді", waiting: "күтуде", rejected: "қабылданбады", documents: "Құжаттар", save: "OK", upload: "сұрау келе жатқанда", before: "орындағанға дейін", after: "орындағаннан кейін", requests: "Соңғы сұраулар", statuses: ["тексеруде", "қабылданбады", "мақұлданды"] },
  en: { start: "START", kb: "KB", mb: "MB", chat: "Chat", sms: "SMS", desk: "Moderator", write: "Message", bot: "bot", typing: "typing…", upload: "sending a file…",
    copied: "Copied", album: "Photo or album", own: "My number", sticker: "Sticker", voice: "Voice", location: "Location", inline: "Name into a chat", group: "Group", privately: "To private chat", forwarded: "Forwarded",
    photo: "Photo", document: "File", contact: "Contact", video: "Video", audio: "Audio", animation: "GIF", video_note: "Video message", poll: "Poll",
    reply: "Reply", forward: "Forward", nothing: "Nothing found", paid: "paid", error: "error code",
    account: "SMSC demo account", login: "Login", password: "Password", key: "API key", copy: "Copy", noSms: "No SMS yet. Confirmation codes arrive here.",
    alone: "No SMSC stand-in is connected.", clock: "The stand-in's clock", faults: "Faults", make: "Turn on", clear: "Clear faults", names: "Names", activate: "Approve", reject: "Reject", remove: "Delete the name",
    wait: "To moderation", comment: "comment", open: "Open", admit: "Approve", minute: "+1 min", hour: "+1 h", hours: "+8 h", day: "+1 day", edited: "edited",
    active: "active", waiting: "waiting", rejected: "rejected", documents: "Documents", save: "OK", upload: "while the request comes", before: "before it is done", after: "after it is done", requests: "Last requests", statuses: ["under review", "rejected", "approved"] },
};

export const words = (language) => WORDS[language] || WORDS.en;
