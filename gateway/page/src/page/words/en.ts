// English: defines the rows of every language. {names} are replaced; a row that depends on `n` has its plural forms.

export const en = {
  // Everywhere
  close: 'Close', cancel: 'Cancel', more: 'More', tryAgain: 'Try again', add: 'Add', name: 'Name', you: 'You',
  optional: '(optional)', people: 'People', calls: 'Calls', settings: 'Settings', sections: 'Sections',
  othersCount: { one: '{n} other', other: '{n} others' },

  // Signing in
  signIn: 'Sign in', userId: 'User id', notReachable: 'The service could not be reached.',
  signInHint: 'Voice and video calls between people. Sign in as anyone; open a second tab to be somebody else.',
  devOnly: 'This page signs people in through /dev/token, which the service has in Development only.',

  // People
  searchOrAdd: 'Search, or add by user id', searchOrAddLabel: 'Name or user id to search for or to add',
  addPerson: 'Add this person', nobodyYet: 'Nobody here yet',
  nobodyYetHint: 'Add somebody by user id, or wait for people to come online.',
  nobodyFound: 'Nobody is called “{words}”. Press Add if it is a user id.', online: 'Online', offline: 'Offline',
  lastSeen: 'Last seen {when}', favourite: 'Favourite', favouriteAdd: 'Add to favourites',
  favouriteRemove: 'Remove from favourites', selectForGroup: 'Select for a group call', removePerson: 'Remove from the list',
  voiceCallTo: 'Voice call to {name}', videoCallTo: 'Video call to {name}', moreAbout: 'More for {name}',
  selectPerson: 'Select {name} for a group call', selected: { one: '1 selected, pick more', other: '{n} selected' },
  voiceCallSelected: 'Voice call to all selected', videoCallSelected: 'Video call to all selected',
  clearSelection: 'Clear selection',

  // Past calls
  recentCalls: 'Recent calls', whichCalls: 'Which calls', all: 'All', missedTab: 'Missed', markSeen: 'Mark as seen',
  showMore: 'Show more', noCallsYet: 'Calls you make and get appear here.', noMissedCalls: 'No missed calls.',
  historyFailed: 'The recent calls could not be loaded.', missedCount: { one: '{n} missed call', other: '{n} missed calls' },
  callBack: 'Call {name} back', incoming: 'Incoming', outgoing: 'Outgoing', answered: 'answered', youDeclined: 'You declined',
  declined: 'Declined', missed: 'Missed', cancelled: 'Cancelled', busy: 'Busy', notReached: 'Not reached',
  noAnswer: 'No answer', failed: 'Failed', left: 'Left', seconds: '{n} s', minutes: '{n} min',

  // A call that rings
  accept: 'Accept', decline: 'Decline', voiceOnly: 'Voice only', silence: 'Silence', message: 'Message',
  endAndAccept: 'End and accept', holdAndAccept: 'Hold and accept', declineWith: 'Decline with a message',
  messageLater: 'I’ll call you back later.', messageOnMyWay: 'I’m on my way.',
  messageCannotTalk: 'I can’t talk right now. What’s up?', voiceCall: 'Voice call', videoCall: 'Video call',
  voiceCallWith: 'Voice call with {who}', videoCallWith: 'Video call with {who}', youAreInACall: 'you are in another call',

  // The call
  calling: 'Calling…', ringing: 'Ringing…', reachingPhone: 'Reaching phone…', connecting: 'Connecting…',
  connected: 'Connected', reconnecting: 'Reconnecting…', mute: 'Mute', unmute: 'Unmute', muted: 'Muted',
  cameraOn: 'Turn the camera on', cameraOff: 'Turn the camera off', addPeople: 'Add people', hangUp: 'Hang up',
  callControls: 'Call controls', soundOn: 'Turn the sound on', pictureOf: 'Picture of {name}', ownPicture: 'Your own picture',
  screenOf: 'Screen of {name}', pin: 'Pin', unpin: 'Unpin', layoutGrid: 'Show everyone alike',
  layoutSpeaker: 'Show the speaker large', pip: 'Own window in front', pipAway: 'The call is in a window of its own.',
  pipBack: 'Back to the page', fullScreen: 'Full screen', fullScreenEnd: 'End full screen', makeSmall: 'Make the call small',
  makeLarge: 'Make the call large', hideList: 'Show or hide the list',
  speaking: { one: '{who} is speaking', other: '{who} are speaking' }, onHold: 'On hold: {who}', resume: 'Go on',
  orUserId: 'Or a user id', orUserIdLabel: 'User id of somebody else', ringThem: 'Ring them',
  inCallAlready: 'You are in a call. Hang up first, or add people to it.',
  inCallElsewhere: 'You are in a call with {who} on another device.', takeOver: 'Take over here',
  displacedTitle: 'Open somewhere else', useHere: 'Use it here',
  displacedText: 'This device is now used in another tab or window, so calls arrive there.',
  announceAnswered: '{name} has joined.', announceMuted: '{name} muted the microphone.',
  announceUnmuted: '{name} turned the microphone on.',

  // How a call ended
  endCompleted: 'The call with {who} ended.', endHungUp: '{who} hung up.', endMissed: 'You missed a call from {who}.',
  endCancelled: 'Call cancelled.', endCancelledTo: 'The call to {who} was cancelled.',
  endDeclinedByMe: 'You declined the call from {who}.', endDeclined: '{who} declined the call.',
  endWhileBusy: '{who} called while you were busy.', endBusy: '{who} is busy in another call.',
  endNoAnswer: '{who} did not answer.', endUnreachable: '{who} could not be reached.',
  endNotConnected: 'The connection to {who} could not be set up.', endLost: 'The connection to {who} was lost.',
  endCallLost: 'The call was lost.', endReplaced: 'A newer call took the place of this one.',
  endByAdmin: 'The call was ended by an administrator.', endFailed: 'The call failed. Please try again.',
  endAnsweredElsewhere: 'Answered on another device.', endDeclinedElsewhere: 'Declined on another device.',
  howWasCall: 'How was the call with {who}?', rate: 'Rate the call', starsCount: { one: '{n} star', other: '{n} stars' },
  thanks: 'Thank you.',

  // Microphone, camera, speaker
  microphone: 'Microphone', camera: 'Camera', speaker: 'Speaker', level: 'Level of the microphone',
  othersCannotHear: 'The others cannot hear you.', othersCannotSee: 'The others cannot see you.',
  microphoneLost: 'Your microphone is gone.', cameraLost: 'Your camera is gone.',
  microphoneReplaced: 'Your microphone is gone; another one is used now.',
  cameraReplaced: 'Your camera is gone; another one is used now.',
  microphoneReplacedBy: 'Your microphone is gone; {label} is used now.',
  cameraReplacedBy: 'Your camera is gone; {label} is used now.', deviceUsed: '{label} is used now.',
  microphoneUsed: 'A microphone is used now.', cameraUsed: 'A camera is used now.',
  microphoneDenied: 'This page may not use the microphone.', cameraDenied: 'This page may not use the camera.',
  microphoneMissing: 'There is no microphone that could be used.', cameraMissing: 'There is no camera that could be used.',

  // Settings
  doNotDisturb: 'Do not disturb', doNotDisturbHint: 'Calls do not ring; they appear as missed.', dndUntil: 'Until when',
  dndForEver: 'Until I turn it off', dndHour: 'For an hour', dndEvening: 'For eight hours',
  dndMorning: 'Until eight in the morning', dndUntilTime: 'Until {when}.', callWaiting: 'Call waiting',
  callWaitingHint: 'Ring also while in another call.', ringWhenClosed: 'Ring when closed',
  ringWhenClosedHint: 'A notification rings while this page is not open.',
  notificationsDenied: 'This page may not show notifications. Allow it in the browser, beside the address.', looks: 'Looks',
  theme: 'Theme', themeSystem: 'As the device', themeLight: 'Light', themeDark: 'Dark', language: 'Language',
  install: 'Install', installHint: 'As an app of its own on this device.', signOut: 'Sign out', keyboard: 'Keyboard',
  keyboardHint: 'All keys, and whether single letters work.', singleKeys: 'Keys of one letter',
  singleKeysHint: 'Turn them off if they get in the way of speech input or another program.', keyAnswer: 'Answer',
  keyHangUp: 'Hang up or decline', keyMute: 'Microphone on or off', keyCamera: 'Camera on or off',
  keyLayout: 'Everyone alike, or the speaker large', keyFullScreen: 'Full screen', keyPip: 'Own window in front',
  keySearch: 'Search in people', keyHelp: 'This list',

  // The network
  offlineBanner: 'You are offline. Calls cannot reach you until the network is back.',

  // Devices, quality, and what the browser lacks
  lackInsecure: 'This page was not opened over https, so the browser gives it no microphone or camera: you can only listen. '
    + 'Open it by its https address, or as localhost.',
  lackWebRtc: 'This browser cannot make calls (it has no WebRTC, or it is turned off). Use a current Chrome, Edge, Firefox '
    + 'or Safari.',
  lackWebSocket: 'This browser has no WebSockets, so no call can reach it. Use a current Chrome, Edge, Firefox or Safari.',
  lackMicrophone: 'There is no microphone. The others will not hear you; plug one in, and it is used at once.',
  lackCamera: 'There is no camera. The others will not see you; plug one in to be seen.',
  lackMicrophoneDenied: 'This page may not use the microphone. Allow it in the browser, beside the address.',
  lackCameraDenied: 'This page may not use the camera. Allow it in the browser, beside the address.',
  lackStorage: 'This browser keeps nothing for this page: after a reload you have to sign in again. Allow it to store data, '
    + 'or leave the private window.',
  lackNotifications: 'A call is easily missed while you look at another window. Let this page show notifications.',
  lackNotificationsDenied: 'This page may not show notifications, so a call is easily missed while you look at another window. Allow '
    + 'them in the browser, beside the address.',
  lackSound: 'This browser plays no sounds: calls ring without one.',
  soundLocked: 'Calls ring without a sound until you touch this page.', allowNotifications: 'Allow notifications',
  notNow: 'Not now', qualityGood: 'Good connection', qualityFair: 'Unsteady connection', qualityPoor: 'Bad connection',
  savingSmaller: '{quality}, your picture is sent smaller', savingAudioOnly: '{quality}, your camera is paused',
  detailLoss: '{n} % lost', detailRoundTrip: '{n} ms there and back', detailJitter: '{n} ms jitter', routeDirect: 'direct',
  routeRouter: 'through a router', routeRelay: 'through a relay', heldByOther: 'On hold', shareScreen: 'Share your screen',
  stopScreen: 'Stop sharing', sharingScreen: 'You share your screen.', devices: 'Microphone, camera, speaker',
  devicesHint: 'Choose them, and try them out.', systemDevice: 'The system’s choice', blur: 'Blur the background',
  endDeclinedSaying: '{who} declined: “{said}”',
  microphonePaused: 'Another program, or the system, has taken the microphone.',
  cameraPaused: 'Another program, or the system, has taken the camera.', incomingCall: 'Incoming call',
  incomingVideoCall: 'Incoming video call', answerButton: 'Answer',
  missedCall: 'Missed call', missedVideoCall: 'Missed video call', invitedBy: '{call}, invited by {who}',
} as const;
